"""The server as clients see it: endpoints, requests and replies."""
