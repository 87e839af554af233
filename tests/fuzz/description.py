"""Writes the description of the REST API to a file: `python -m tests.fuzz.description openapi.json`."""

import sys
from pathlib import Path

from rest_shim.openapi.document import OpenApi
from schema.catalog.loading import load

if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(OpenApi(load()).complete)
