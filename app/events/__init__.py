"""What happens after a write: the log of events, and all that is told of them."""
