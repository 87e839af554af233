"""The whole REST API under schemathesis, as its own description describes it: `make fuzz`."""
