"""PostgreSQL's errors and the driver's → the API's, once, at the connection. No database text reaches a client."""

import logging
import re
from collections.abc import Iterable, Mapping

import asyncpg

from schema.catalog.model import Catalog, KeyColumn, ObjectType
from schema.errors import (
    ApiError,
    BadUserInput,
    Conflict,
    Forbidden,
    KeyReason,
    QueryTooComplex,
    RefusedKey,
    ServiceUnavailable,
    Timeout,
    Unauthenticated,
)
from schema.values.refusals import Refusal

log = logging.getLogger(__name__)

LOST_STATEMENT = "26000"  # what was prepared is gone, as a pooler's reset has it
LOST_RACE = frozenset({"40P01", "40001", "55P03"})  # deadlock, serialization failure, a lock not waited for
TOO_LARGE = "The document asks for more than one statement can answer"
TOO_MUCH = frozenset({"54001", "54011"})  # for PostgreSQL's stack, columns of one statement

KEY_REASONS: Mapping[str, KeyReason] = {"23505": KeyReason.TAKEN, "23503": KeyReason.MISSING}

REFUSALS: Mapping[str, Refusal] = {refusal.constraint: refusal for refusal in Refusal}

_DETAIL = re.compile(r"Key \(.*?\)=\((?P<values>.*)\) (?:already exists|is not present in table)", re.DOTALL)
_NAMED = re.compile(r'(?:constraint|index) "(\w+)"')
_SHARD = re.compile(r"_\d{6,}$")  # which Citus adds to names
_COLUMN = re.compile(r'column "(\w+)"')
_WORKER_IS_AWAY = re.compile("connection to the remote node|server closed the connection|could not connect to server")
"""Of what Citus says of a worker, which may be amid a statement, and then has the SQLSTATE of an internal error."""

FAULTS_OF_VALUES: Mapping[str, str] = {
    "22000": "A value does not have the form of its type.",  # the driver's, of a parameter that does not encode
    "22001": "A text is too long.",
    "22003": "A number is out of range.",
    "22007": "A date or time is not valid.",
    "22008": "A date or time is out of range.",
    "22009": "A time zone is not valid.",
    "22012": "Division by zero.",
    "22021": "A text contains a character that cannot be stored.",
    "22023": "A value is not one of those allowed.",
    "22025": "A pattern ends in a lone backslash.",
    "22026": "A text has the wrong length.",
    "22032": "A JSON value is not valid.",
    "22P02": "A value does not have the form of its type.",
    "22P05": "A text contains a character that cannot be stored.",
    "2201B": "A regular expression is not valid.",
}


def is_lost_race(error: BaseException) -> bool:
    if is_still_referenced(error):
        return True
    return isinstance(error, asyncpg.PostgresError) and error.sqlstate in LOST_RACE


def is_worth_another_try(error: BaseException) -> bool:
    """What was lost to others, or to a pooler, may go well the next time."""
    return is_lost_race(error) or (isinstance(error, asyncpg.PostgresError) and error.sqlstate == LOST_STATEMENT)


def is_still_referenced(error: BaseException) -> bool:
    """A delete met a row that refers to the deleted one and slipped in meanwhile, as opposed to a reference to nothing.

    Both have SQLSTATE 23503; only the text tells. It is in English, since connections ask for `lc_messages=C` where
    they may, and elsewhere the loss is a less fitting message.
    """
    return isinstance(error, asyncpg.ForeignKeyViolationError) and "still referenced" in (error.detail or "")


def translate(error: BaseException, catalog: Catalog, writes: Iterable[ObjectType] = ()) -> ApiError:
    """What a client is told. What is nobody's fault but ours is logged here with its cause.

    `writes` are the objects that the statement changes.
    """
    if isinstance(error, asyncpg.PostgresError):
        return _of_postgres(error, catalog, writes)
    if isinstance(error, asyncpg.InterfaceError) and "arguments cannot exceed" in str(error):
        return QueryTooComplex(TOO_LARGE)
    if isinstance(error, asyncpg.InterfaceError) and "the server expects" in str(error):  # parameters that do not fit
        log.error("A statement failed in the driver", exc_info=error)
        return ApiError()
    if isinstance(error, asyncpg.InternalClientError):  # what it makes of a server that stops amid an answer
        log.error("A statement failed in the driver", exc_info=error)
        return ServiceUnavailable()
    if isinstance(error, (asyncpg.InterfaceError, OSError, TimeoutError)):
        log.warning("The database is not available: %s", error or type(error).__name__)
        return ServiceUnavailable()
    log.error("A statement failed in the driver", exc_info=error)
    return ApiError()


def _of_postgres(error: asyncpg.PostgresError, catalog: Catalog, writes: Iterable[ObjectType]) -> ApiError:
    state = error.sqlstate or ""
    if is_lost_race(error):
        return Conflict()
    if state in KEY_REASONS:
        return _refused_key(error, catalog, KEY_REASONS[state])
    if state == "23502":
        return BadUserInput(f'Field "{error.column_name or _found_in(error, _COLUMN)}" cannot be null')
    if state == "23514":
        return _refused_write(error)
    if state.startswith("22"):
        return BadUserInput(FAULTS_OF_VALUES.get(state, "A value is not valid."))
    if state in TOO_MUCH:
        return QueryTooComplex(TOO_LARGE)
    if state == "54000":
        return _too_long(error, catalog, writes)
    if state == "57014":
        return Timeout()
    if state in ("25006", "53100"):  # read-only, disk full
        log.warning("The database takes no writes: %s", error)
        return ServiceUnavailable("The database takes no writes for now; reads go on")
    is_away = state == "XX000" and _WORKER_IS_AWAY.search(str(error))
    if is_away or state == LOST_STATEMENT or state.startswith(("53", "57P", "08")):
        log.warning("The database is not available: %s", error)
        return ServiceUnavailable()
    log.error("A statement failed with SQLSTATE %s", state, exc_info=error)
    return ApiError()


def _refused_write(error: asyncpg.PostgresError) -> ApiError:
    """What the rules of keys, members and webhooks stop (`schema/sql/guards.py`)."""
    refusal = REFUSALS.get(_SHARD.sub("", error.constraint_name or _named_in(error)))
    if refusal is None:
        log.error("A statement failed with SQLSTATE 23514", exc_info=error)
        return ApiError()
    return Unauthenticated(refusal.value) if refusal is Refusal.GONE else Forbidden(refusal.value)


def _too_long(error: asyncpg.PostgresError, catalog: Catalog, writes: Iterable[ObjectType]) -> ApiError:
    """A text that does not fit into an index: one of its columns, or words that are searched."""
    if "tsvector" in str(error):
        searched = {name for written in writes for name in written.searched_paths}
        paths = ", ".join(sorted(searched)) or "A text that is searched"
        return BadUserInput(f"{paths}: too many different words to search them, of which 1 MB is kept", field=paths)
    named = catalog.indexes.get(_SHARD.sub("", _named_in(error)))
    of_writes = (column for written in writes for column in catalog.indexed_texts.get(written.name, ()))
    found = dict.fromkeys(column.path for column in named or of_writes)  # the largest rows do not name their index
    if not found:
        log.error("A statement failed with SQLSTATE 54000", exc_info=error)
        return BadUserInput("A text is too long for the index that finds it")
    paths = ", ".join(found)
    return BadUserInput(f"{paths}: the text is too long for the index that finds it, of which 2.6 kB fit", field=paths)


def _refused_key(error: asyncpg.PostgresError, catalog: Catalog, reason: KeyReason) -> ApiError:
    """What a unique index or a foreign key says: which values it refuses stands in the detail alone."""
    found = catalog.constraints.get(_SHARD.sub("", error.constraint_name or _named_in(error)))
    detail = _DETAIL.match(error.detail or "")
    if found is None or detail is None:
        return BadUserInput(f"A value {reason.value}")
    object_type, columns = found
    apart = [column for column in columns if isinstance(column, KeyColumn) and column.apart]
    # The workspace comes first, and what sets rows apart last; neither is told.
    values = detail["values"].rsplit(", ", len(apart))[0].split(", ", len(columns))[1:]
    return RefusedKey(object_type.name, [(column.name, column.path) for column in columns], values, reason)


def _named_in(error: asyncpg.PostgresError) -> str:
    """The constraint or index by the message: for an index it stands nowhere else, nor in a distributed database."""
    return _found_in(error, _NAMED)


def _found_in(error: asyncpg.PostgresError, pattern: re.Pattern[str]) -> str:
    found = pattern.search(str(error))
    return found[1] if found else ""
