"""The places that stand for a position."""

POSITIONS = ("first", "last")
