"""Which known name a mistyped one is near to: the same but for case and underscores, or two edits away at most."""

from collections.abc import Iterable

MOST_EDITS = 2
_LONGEST = 60  # of a name that is compared at all


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The nearest of the known names, if one is near."""
    if len(name) > _LONGEST:
        return None
    folded = _folded(name)
    distances = [(edits(folded, _folded(candidate)), candidate) for candidate in known]
    distance, found = min(distances, default=(MOST_EDITS + 1, ""), key=lambda pair: pair[0])
    return found if distance <= min(MOST_EDITS, len(folded) // 2) else None


def edits(one: str, other: str) -> int:
    """How many letters to insert, delete, replace or swap with their neighbour; more than `MOST_EDITS` is not exact."""
    if abs(len(one) - len(other)) > MOST_EDITS:
        return MOST_EDITS + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def _folded(name: str) -> str:
    return name.lower().replace("_", "")
