"""Much rich text in one request is converted beside the event loop, and beyond a bound becomes plain paragraphs."""

import asyncio
import json
import time
from typing import Any

import pytest

from schema.values.markup.conversions import AT_ALL, AT_ONCE, asked
from schema.values.rich_text import converted
from tests.conftest import GraphQL
from tests.growth import growth
from tests.records import only

MANY = "mutation ($d: [NoteCreateInput!]!) { createNotes(data: $d) { id bodyV2 { blocknote markdown } } }"
BOLD = "some **bold** words\n\n"


def note(markdown: str) -> dict[str, Any]:
    return {"bodyV2": {"markdown": markdown}}


def is_formatted(answer: Any) -> bool:
    return "bold" in str(
        [run["styles"] for block in json.loads(answer["bodyV2"]["blocknote"]) for run in block["content"]]
    )


@pytest.mark.parametrize("size", [AT_ONCE // 2, AT_ONCE * 5])
async def test_what_is_within_the_bound_keeps_its_format(graphql: GraphQL, size: int) -> None:
    notes = [note(BOLD * (size // 10 // len(BOLD)) + f"note {n}") for n in range(10)]
    answers = await only(graphql, MANY, d=notes)
    assert all(map(is_formatted, answers))
    assert [answer["bodyV2"]["markdown"] for answer in answers] == [given["bodyV2"]["markdown"] for given in notes]
    assert [json.loads(answer["bodyV2"]["blocknote"])[-1]["content"][0]["text"] for answer in answers] == [
        f"note {n}" for n in range(10)
    ]


async def test_what_is_beyond_it_is_plain_paragraphs(graphql: GraphQL) -> None:
    text = BOLD * (AT_ALL // 10 // len(BOLD))
    answers = await only(graphql, MANY, d=[note(f"{text}note {n}") for n in range(12)])
    assert [is_formatted(answer) for answer in answers] == [True] * 10 + [False] * 2
    assert answers[-1]["bodyV2"]["markdown"] == f"{text}note 11"
    last = json.loads(answers[-1]["bodyV2"]["blocknote"])
    assert last[0]["content"] == [{"type": "text", "text": "some **bold** words", "styles": {}}]
    assert last[-1]["content"][0]["text"] == "note 11"


async def test_a_text_that_is_no_blocknote_is_refused_as_ever(graphql: GraphQL) -> None:
    notes = [note(BOLD * (AT_ONCE // len(BOLD) + 1)), {"bodyV2": {"blocknote": "{}"}}]
    answer = await graphql(MANY, d=notes)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT" and "bodyV2.blocknote" in error["message"]


async def test_others_are_answered_meanwhile(graphql: GraphQL) -> None:
    """A request whose conversion takes a second lets many others by."""
    notes = [note("- a\n" * 12_000) for _ in range(4)]
    storing: asyncio.Future[Any] = asyncio.ensure_future(graphql(MANY, d=notes))
    answered = 0
    while not storing.done():
        await graphql("{ __typename people(first: 1) { totalCount } }")
        answered += 1
    assert "errors" not in storing.result()
    assert answered > 10


def test_what_is_asked_for() -> None:
    given = {"a": [note("x"), {"bodyV2": {"blocknote": "[]"}}, {"bodyV2": {"blocknote": "[]", "markdown": "x"}}, 1]}
    assert asked(given) == [("markdown", "x"), ("blocknote", "[]")]


def test_twice_as_many_notes_take_at_most_twice_as_long() -> None:
    def make(count: int) -> list[tuple[str, str]]:
        return [("markdown", f"{BOLD * 450}{n}") for n in range(count)]

    assert growth(make, converted, 20) <= 2.5
    began = time.process_time()
    converted(make(100))  # 0.9 MB, all of which is converted
    taken = time.process_time() - began
    began = time.process_time()
    converted(make(1000))  # 9 MB
    assert time.process_time() - began < 3 * taken
