"""Near names: by case, underscores and two edits, and no further."""

import pytest

from schema.values.nearness import edits, nearest


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "", 0), ("a", "a", 0), ("a", "", 1), ("ab", "ba", 1), ("titel", "title", 1), ("kitten", "sitting", 3)],
)
def test_edits(one: str, other: str, distance: int) -> None:
    assert edits(one, other) == edits(other, one) == distance


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("jobTitel", ("city", "jobTitle"), "jobTitle"),
        ("JOB_TITLE", ("city", "jobTitle"), "jobTitle"),
        ("mail", ("name", "emails"), "emails"),
        ("companyid", ("company", "companyId"), "companyId"),
        ("zzz", ("city", "jobTitle"), None),
        ("x", ("id",), None),
        ("ab", ("cd",), None),
        ("city", (), None),
        ("", ("id",), None),
        ("n" * 100_000, ("n",), None),
    ],
)
def test_nearest(name: str, known: tuple[str, ...], found: str | None) -> None:
    assert nearest(name, known) == found
