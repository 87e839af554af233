"""The process: settings, database, authentication, HTTP, command line. It serves `schema` and knows no object."""
