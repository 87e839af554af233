"""Date-times in and out."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import BadUserInput
from schema.values.dates import date_time, iso


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-04-14", "2025-04-14T00:00:00.000Z"),
        ("2025-04-14T03:24:16Z", "2025-04-14T03:24:16.000Z"),
        ("2025-04-14t03:24:16z", "2025-04-14T03:24:16.000Z"),
        ("2025-04-14 03:24:16", "2025-04-14T03:24:16.000Z"),
        ("2025-04-14T03:24", "2025-04-14T03:24:00.000Z"),
        ("2025-04-14T03", "2025-04-14T03:00:00.000Z"),
        ("2025-04-14T03:24:16.1Z", "2025-04-14T03:24:16.100Z"),
        ("2025-04-14T03:24:16,1239", "2025-04-14T03:24:16.123Z"),
        ("2025-04-14T03:24:16." + "9" * 500 + "Z", "2025-04-14T03:24:16.999Z"),
        ("2025-04-14T03:24:16+02:00", "2025-04-14T01:24:16.000Z"),
        ("2025-04-14T03:24:16-0530", "2025-04-14T08:54:16.000Z"),
        ("2025-04-14T03:24:16+02", "2025-04-14T01:24:16.000Z"),
        ("20250414T032416Z", "2025-04-14T03:24:16.000Z"),
        ("20250414", "2025-04-14T00:00:00.000Z"),
        ("2025-W16-1", "2025-04-14T00:00:00.000Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999Z"),
        ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (1744601056123, "2025-04-14T03:24:16.123Z"),
        (1744601056123.9, "2025-04-14T03:24:16.123Z"),
        (-0.5, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_read(value: str | float, expected: str) -> None:
    parsed = date_time(value, "dueAt")
    assert parsed.tzinfo is UTC
    assert iso(parsed) == expected


@pytest.mark.parametrize(
    "value",
    [
        *["", "now", "today", "tomorrow", "yesterday", "infinity", "-infinity", "epoch", "allballs", "NaN", "NOW"],
        *["2025", "2025-04", "2025-02-30", "2025-13-01", "0000-01-01", "10000-01-01", "-0001-01-01", "+002025-01-01"],
        *["2025-04-14x03:24:16", "2025-04-14T24:00", "2025-04-14T03:60", "2025-04-14T03:24:60", " 2025-04-14"],
        *["2025-04-14T", "2025-04-14T03:24:16+25:00", "2025-04-14Z", "2025-04-14\n", "２０２５-04-14", "14/04/2025"],
        *["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2025-04-14T03:24:16 BC"],
        *[float("nan"), float("inf"), 10**20, -(10**20), 10**5000, True],
    ],
    ids=lambda value: str(value)[:30] if not isinstance(value, int) else type(value).__name__,
)
def test_refused(value: str | float) -> None:
    with pytest.raises(BadUserInput, match='Invalid date-time for field "dueAt": '):
        date_time(value, "dueAt")


def test_the_message_shows_the_value() -> None:
    with pytest.raises(BadUserInput) as error:
        date_time("no\ud800w" + "x" * 1000, "dueAt")
    assert error.value.message == 'Invalid date-time for field "dueAt": "no?w' + "x" * 95 + '…"'


offsets = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(2, 1, 1), datetime(9999, 12, 30), timezones=offsets), st.sampled_from("T "))
def test_any_iso_form_is_cut_to_milliseconds(value: datetime, separator: str) -> None:
    parsed = date_time(value.isoformat(separator), "dueAt")
    assert timedelta(0) <= value - parsed < timedelta(milliseconds=1)
    assert parsed.microsecond % 1000 == 0
    assert date_time(iso(parsed), "dueAt") == parsed
    assert date_time((parsed - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1), "dueAt") == parsed


@given(st.text())
def test_any_text_is_read_or_refused(value: str) -> None:
    with suppress(BadUserInput):
        assert date_time(value, "dueAt").tzinfo is UTC


def test_iso_takes_any_offset() -> None:
    assert iso(datetime(2025, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == "2024-12-31T23:00:00.000Z"
    assert iso(datetime(5, 1, 1)) == "0005-01-01T00:00:00.000Z"
