"""Date-times: ISO 8601 or epoch milliseconds in, UTC cut to milliseconds inside, one ISO form out."""

import math
import re
from datetime import UTC, datetime, timedelta

from schema.errors import BadUserInput
from schema.values.messages import as_json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# datetime.fromisoformat reads the details, but takes any character between date and time.
_ISO = re.compile(
    r"[0-9]{4}(?:-?[0-9]{2}-?[0-9]{2}|-?W[0-9]{2}(?:-?[1-7])?)"
    r"(?:[T ](?:[01][0-9]|2[0-3])(?::?[0-9]{2}(?::?[0-9]{2}(?:[.,][0-9]+)?)?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)?)?"
)


def date_time(value: str | float, field: str) -> datetime:
    """An aware UTC date-time, cut (never rounded) to milliseconds; text without an offset is UTC, years 0001–9999."""
    try:
        exact = _from_text(value) if isinstance(value, str) else _from_milliseconds(value)
    except (TypeError, ValueError, OverflowError):
        raise BadUserInput(f'Invalid date-time for field "{field}": {as_json(value)}') from None
    return exact.replace(microsecond=exact.microsecond // 1000 * 1000)


def _from_text(value: str) -> datetime:
    upper = value.upper() if value.isascii() else value
    if not _ISO.fullmatch(upper):
        raise ValueError
    parsed = datetime.fromisoformat(upper)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def _from_milliseconds(value: float) -> datetime:
    if isinstance(value, bool):
        raise TypeError
    return _EPOCH + timedelta(milliseconds=math.floor(value))


def iso(value: datetime) -> str:
    """``YYYY-MM-DDTHH:MM:SS.mmmZ``, the year always in four digits; a date-time without an offset is UTC."""
    utc = value if value.tzinfo is None else value.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
