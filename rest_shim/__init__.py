"""REST ⇄ GraphQL: a request becomes one GraphQL operation, its answer a REST envelope. No SQL, no Strawberry here."""
