"""`python -m app.migrations "what changed"` writes the next revision, against a database of its own that it removes."""

import asyncio
import sys

from app.database.tables import METADATA
from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from app.migrations import migrate, revisions
from schema.catalog.loading import load


async def write(url: str, message: str) -> None:
    await migrate(url)
    await revisions.write(url, message, [METADATA, load().metadata])


def main() -> None:
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        raise SystemExit('Say what changed: make migration m="what changed"')
    data_dir = DataDir.temporary("icosa-migration-")
    try:
        with embedded.serving(data_dir, print, {"fsync": "off"}) as url:
            asyncio.run(write(url, sys.argv[1]))
    finally:
        embedded.remove(data_dir)


if __name__ == "__main__":
    main()
