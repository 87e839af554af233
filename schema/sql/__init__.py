"""Plan → one SQL statement. It knows SQL and no GraphQL."""
