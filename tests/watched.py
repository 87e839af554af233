"""Every statement that the project's own connections run in any test is held to the rules of all engines.

Requests' statements are checked where they are observed; this is for those that run beside them: the relay, deliveries,
the log's days, keeping house, commands. Known by their names are the connections whose statements are exempt: those of
migrations, which change tables and not rows; tests' own have no name.
"""

from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from schema.catalog.loading import load
from tests.engine_rules import violations

OURS, EXEMPT = "icosa", ("icosa migrate",)

_seen: set[str] = set()
_broken: list[str] = []


def note(record: Any) -> None:
    """Told of each query of a connection that is watched, a moment after it."""
    if record.query not in _seen:
        _seen.add(record.query)
        _broken.extend(f"{fault}: {record.query}" for fault in violations(record.query, load().objects))


@pytest.fixture(scope="session", autouse=True)
def watched_connections() -> Iterator[None]:
    connect = asyncpg.connect

    async def watched(*arguments: Any, **options: Any) -> Any:
        made = await connect(*arguments, **options)
        name = (options.get("server_settings") or {}).get("application_name", "")
        if name.startswith(OURS) and name not in EXEMPT:
            made.add_query_logger(note)
        return made

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asyncpg, "connect", watched)
        yield


@pytest.fixture(autouse=True)
def engine_rules_hold(watched_connections: None) -> Iterator[None]:
    yield
    broken, _broken[:] = [*_broken], []
    assert broken == [], "\n".join(broken)
