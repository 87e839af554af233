"""Values by chance: some that fit, and some that are hostile. Nothing here knows an API."""

import json
from pathlib import Path
from random import Random
from typing import Any

HOSTILE: list[str] = json.loads(Path(__file__).with_name("hostile.json").read_text())
NUMBERS = (0, 1, -1, 2, 60, 2**31, 2**53 + 1, -(2**63), 2**64, 10**400, 0.1, -1e300, 5e-324)
DEEPEST = 4


def text(chance: Random) -> str:
    """One that is hostile, two after each other, or a long one."""
    match chance.randrange(8):
        case 0:
            return chance.choice(HOSTILE) + chance.choice(HOSTILE)
        case 1:
            return chance.choice(HOSTILE) * chance.choice((2, 50, 1000))
        case _:
            return chance.choice(HOSTILE)


def record_id(chance: Random) -> str:
    """Of few, so that some are met again."""
    return f"01234567-89ab-7def-8123-{chance.randrange(30):012}"


def anything(chance: Random, depth: int = 0) -> Any:
    """A JSON value."""
    match chance.randrange(9 if depth < DEEPEST else 6):
        case 0:
            return None
        case 1:
            return chance.random() < 0.5
        case 2:
            return chance.choice(NUMBERS)
        case 3 | 4:
            return text(chance)
        case 5:
            return record_id(chance)
        case 6:
            return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
        case _:
            return {text(chance): anything(chance, depth + 1) for _ in range(chance.randrange(4))}


def damaged(chance: Random, given: str) -> str:
    """Some characters lost, doubled, swapped or put in."""
    for _ in range(chance.randrange(1, 4)):
        start = chance.randrange(len(given) + 1)
        end = min(len(given), start + chance.randrange(1, 12))
        part = chance.choice(("", given[start:end] * 2, given[start:end][::-1], text(chance)))
        given = given[:start] + part + given[end:]
    return given
