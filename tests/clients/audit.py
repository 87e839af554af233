"""Runs the GraphQL-over-HTTP audits of npm's `graphql-http` on a server: `python -m tests.clients.audit FOLDER`."""

import json
import sys
from pathlib import Path

from tests.clients.toolbox import beside_a_server

PASSING = 61
"""How many pass. What fails besides is a change for the worse."""


def main(folder: Path) -> int:
    with beside_a_server(folder) as tools:
        tools.node("audit.mjs")
        results = json.loads((tools.out / "audit.json").read_text())
    passed = sum(result["status"] == "ok" for result in results)
    for result in results:
        if result["status"] != "ok":
            print(f"{result['id']} {result['name']}: {result['reason']}")
    print(f"{passed} of {len(results)}")
    return int(passed < PASSING)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
