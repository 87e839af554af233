"""Benchmarks: not collected by pytest, run by `make bench`."""
