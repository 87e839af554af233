"""What a client sends, turned into what is stored. Pure functions: no I/O, no SQL, no GraphQL."""
