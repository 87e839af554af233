"""One file a revision, in order; written by `make migration`."""
