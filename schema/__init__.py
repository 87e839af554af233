"""The API: declarations, derivation, planning and printing. It knows no HTTP server, pool or environment."""
