"""Doubles and decimals."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import BadUserInput
from schema.values.numbers import decimal, number


@pytest.mark.parametrize(("value", "expected"), [(0, 0.0), (-3, -3.0), (1.5, 1.5), (10**300, 1e300)])
def test_number(value: float, expected: float) -> None:
    result = number(value, "employees")
    assert (type(result), result) == (float, expected)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400, 10**5000, True], ids=range(6))
def test_number_refused(value: float) -> None:
    with pytest.raises(BadUserInput, match='Invalid number for field "employees": '):
        number(value, "employees")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, "1"),
        (0.1, "0.1"),
        ("12345678901234567890.123", "12345678901234567890.123"),
        ("-.5", "-0.5"),
        ("+5.", "5"),
        ("1e3", "1E+3"),
        ("1E-5", "0.00001"),
        (Decimal("2.50"), "2.50"),
        ("9" * 131_072, "9" * 131_072),
        ("1e131071", "1E+131071"),
        ("1e-16383", "1E-16383"),
        (10**131_071, "1E+131071"),
    ],
    ids=lambda value: str(type(value).__name__),
)
def test_decimal(value: float | str | Decimal, expected: str) -> None:
    assert decimal(value, "amount.amountMicros") == Decimal(expected)


@pytest.mark.parametrize(
    "value",
    [
        *["", " 1", "1_000", "NaN", "Infinity", "-inf", "sNaN", "1e", "e1", ".", "0x10", "١", "1,5", "--1", "1\n"],
        *["1e131072", "1e1000000", "1e-16384", "1e" + "9" * 30, "1e-" + "9" * 30, "0e1000000", "9" * 131_073],
        *["9" * 1_000_000, math.nan, math.inf, Decimal("NaN"), Decimal("Infinity"), Decimal("1e200000"), True],
    ],
    ids=lambda value: str(value)[:20],
)
def test_decimal_refused(value: float | str | Decimal) -> None:
    with pytest.raises(BadUserInput, match=r'Invalid number for field "amount\.amountMicros": '):
        decimal(value, "amount.amountMicros")


def test_a_huge_integer_is_refused() -> None:
    with pytest.raises(BadUserInput, match="a number of thousands of digits"):
        decimal(1 << 500_000, "amount.amountMicros")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimal_text_is_exact(value: Decimal) -> None:
    assert decimal(str(value), "amount") == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_counts_as_it_prints(value: float) -> None:
    assert float(decimal(value, "amount")) == value
