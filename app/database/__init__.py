"""PostgreSQL as the server uses it: connections, the pool, retries, and what its errors mean."""
