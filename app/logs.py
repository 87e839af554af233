"""The log: one line a record on standard error, with the request's id."""

import logging
import sys

from app.http.request_id import request_id

FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"


def configure(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(_add_request_id)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("asyncio", "alembic"):  # their news is no news unless one debugs
        logging.getLogger(name).setLevel(logging.DEBUG if level == "debug" else logging.WARNING)
    # What they say of a database that is away and of clients that do not speak HTTP, we say once ourselves.
    for name in ("pgqueuer", "uvicorn"):
        logging.getLogger(name).setLevel(logging.DEBUG if level == "debug" else logging.ERROR)


def _add_request_id(record: logging.LogRecord) -> bool:
    record.request_id = request_id.get()
    return True
