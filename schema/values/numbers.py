"""Numbers: finite doubles and decimals that fit PostgreSQL's ``numeric``."""

import math
import re
from decimal import Decimal, DecimalException

from schema.errors import BadUserInput
from schema.values.messages import as_json

MAX_INTEGER_DIGITS = 131_072
MAX_FRACTION_DIGITS = 16_383

_MAX_LENGTH = MAX_INTEGER_DIGITS + MAX_FRACTION_DIGITS + 32
_MAX_INTEGER_BITS = 435_412  # 131,072 decimal digits
_NUMERIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def number(value: float, field: str) -> float:
    """A finite double."""
    try:
        result = float(value) if _is_number(value) else math.nan
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise _invalid(value, field)
    return result


def decimal(value: float | str | Decimal, field: str) -> Decimal:
    """A finite decimal of at most 131072 digits before and 16383 after the point; a float counts as it prints."""
    try:
        result = _to_decimal(value)
    except (ValueError, DecimalException):
        raise _invalid(value, field) from None
    if not result.is_finite():
        raise _invalid(value, field)
    exponent = result.as_tuple().exponent
    if result.adjusted() >= MAX_INTEGER_DIGITS or (isinstance(exponent, int) and -exponent > MAX_FRACTION_DIGITS):
        raise _invalid(value, field)
    return result


def _to_decimal(value: float | str | Decimal) -> Decimal:
    match value:
        case bool():
            raise ValueError
        case str():
            if len(value) > _MAX_LENGTH or not _NUMERIC.fullmatch(value):
                raise ValueError
            return Decimal(value)
        case int():
            if value.bit_length() > _MAX_INTEGER_BITS:
                raise ValueError
            return Decimal(value)
        case float():
            return Decimal(repr(value))
        case Decimal():
            return value
        case _:
            raise ValueError


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _invalid(value: object, field: str) -> BadUserInput:
    return BadUserInput(f'Invalid number for field "{field}": {as_json(value)}')
