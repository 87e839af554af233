"""What is remembered up to a bound, and what of it is forgotten first."""

import pytest

from schema.bounded_memory import BoundedMemory, SeenBefore
from schema.execution import documents
from schema.execution import validation as passthrough
from schema.execution.execute import Executor


def test_what_was_not_looked_up_for_the_longest_time_goes_first() -> None:
    recent: BoundedMemory[str, int] = BoundedMemory(2)
    recent.put("a", 1)
    recent.put("b", 2)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert [recent.get(key) for key in "abc"] == [1, None, 3]


def test_heavy_entries_leave_room_for_fewer() -> None:
    recent: BoundedMemory[str, int] = BoundedMemory(10)
    for n, key in enumerate("abcde"):
        recent.put(key, n, weight=3)
    assert [recent.get(key) for key in "abcde"] == [None, None, 2, 3, 4]
    recent.put("e", 5, weight=9)  # instead of the other
    assert [recent.get(key) for key in "cde"] == [None, None, 5]
    recent.put("f", 6)
    assert [recent.get(key) for key in "ef"] == [5, 6]


def test_seen() -> None:
    seen = SeenBefore(2)
    assert [seen.again(key) for key in ("a", "a", ("b",), "c", "a")] == [False, True, False, False, False]


def test_long_documents_are_remembered_up_to_a_number_of_characters(executor: Executor) -> None:
    known = documents.Documents(executor.catalog, executor.schema._schema)
    for n in range(documents.MOST_REMEMBERED // 6_000 + 10):
        assert known.operation(f"{{ people {{ n{n}: totalCount }} }} # {'x' * 6_000}", None) is not None
    assert 0 < sum(map(len, known._remembered._entries)) <= documents.MOST_REMEMBERED


@pytest.mark.parametrize("comment", ["", "# " + "x" * passthrough.LONGEST_REMEMBERED])
async def test_a_fault_is_told_again_whether_its_document_is_remembered_or_not(
    executor: Executor, comment: str
) -> None:
    for _ in range(3):
        result = await executor.schema.execute(f"{{ people {{ nothing }} }} {comment}")
        assert result.errors is not None
        assert ["nothing" in error.message for error in result.errors] == [True]
