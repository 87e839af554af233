"""The PostgreSQL that comes with the package: made, started, shared and stopped."""
