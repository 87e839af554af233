"""Values of clients, normalised."""
