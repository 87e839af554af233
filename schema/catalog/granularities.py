"""How dates are grouped: one row for each granularity, its SQL included.

`{date}` is the date-time, `{zone}` a parameter with the time zone. `key` is what is grouped and ordered by; `label`
makes the text that is answered of it, and is absent where the key is a date-time itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Granularity:
    """One granularity."""

    key: str
    label: str | None = None


def _start_of(unit: str) -> Granularity:
    return Granularity(f"date_trunc('{unit}', {{date}}, {{zone}})")


def _names(number: str, *names: str) -> Granularity:
    listed = ", ".join(f"'{name}'" for name in names)
    return Granularity(f"extract({number} FROM {{date}} AT TIME ZONE {{zone}})::integer", f"(ARRAY[{listed}])[{{key}}]")


GRANULARITIES: Mapping[str, Granularity] = {
    "NONE": Granularity("{date}"),
    "DAY": _start_of("day"),
    "WEEK": _start_of("week"),
    "MONTH": _start_of("month"),
    "QUARTER": _start_of("quarter"),
    "YEAR": _start_of("year"),
    "DAY_OF_THE_WEEK": _names("isodow", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "MONTH_OF_THE_YEAR": _names(
        "month",
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "QUARTER_OF_THE_YEAR": _names("quarter", "Q1", "Q2", "Q3", "Q4"),
}
