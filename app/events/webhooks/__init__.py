"""Webhooks: which events go to whom, how they are sent and signed, and what comes of each attempt."""
