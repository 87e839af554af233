"""The command line `icosa`, and what its commands do."""
