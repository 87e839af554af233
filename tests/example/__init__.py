"""The example app of `examples/pipeline` as its reader has it: `make example`."""
