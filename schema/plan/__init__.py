"""Selection and arguments → plan. It knows GraphQL and no SQL."""
