"""The second schema: what the model is made of, for clients to read. It comes from the catalog and reads no record."""
