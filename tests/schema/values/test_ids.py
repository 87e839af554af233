"""Ids of clients and of the server."""

import pickle
import re
import threading
import time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import BadUserInput
from schema.values.ids import Sequence, new_id, new_ids, uuid


@given(st.uuids(version=None), st.booleans())
def test_any_version_in_either_case(value: UUID, upper: bool) -> None:
    made = uuid(str(value).upper() if upper else str(value), "id")
    assert made == value
    assert (hash(made), str(made), repr(made), made.bytes) == (hash(value), str(value), repr(value), value.bytes)
    assert pickle.loads(pickle.dumps(made)) == value


def test_nil_and_max() -> None:
    assert uuid("00000000-0000-0000-0000-000000000000", "id").int == 0
    assert uuid("ffffffff-ffff-ffff-ffff-ffffffffffff", "id").int == 2**128 - 1


@pytest.mark.parametrize(
    "value",
    [
        "",
        "20202020",
        "20202020000040008000000000000000",
        "{20202020-0000-4000-8000-000000000000}",
        "urn:uuid:20202020-0000-4000-8000-000000000000",
        "20202020-0000-4000-8000-00000000000g",
        "20202020-0000-4000-8000-000000000000\n",
        " 20202020-0000-4000-8000-000000000000",
        "2020202-00000-4000-8000-000000000000",
        "２0202020-0000-4000-8000-000000000000",
    ],
)
def test_other_forms_are_refused(value: str) -> None:
    with pytest.raises(BadUserInput, match=re.escape(f'Value "{value}" is not a valid UUID')):
        uuid(value, "id")


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(BadUserInput) as error:
        uuid("x" * 10_000, "id")
    assert error.value.message == f'Value "{"x" * 100}…" is not a valid UUID'


def test_new_id_is_version_7_of_now() -> None:
    before = time.time_ns() // 1_000_000
    made = Sequence().take(1)[0]
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_order_across_calls_and_batches() -> None:
    ids = [new_id(), *new_ids(5000), new_id(), *new_ids(0), *[new_id() for _ in range(1000)]]
    assert ids == sorted(set(ids))
    assert {made.version for made in ids} == {7}


def test_order_when_the_clock_stands_still_or_goes_back() -> None:
    times = iter([1000, 1000, 999, 5, 1001])
    sequence = Sequence(lambda: next(times))
    ids = [made for _ in range(5) for made in sequence.take(3)]
    assert ids == sorted(set(ids))
    assert [made.int >> 80 for made in ids] == [1000] * 12 + [1001] * 3


def test_the_next_millisecond_is_borrowed_when_the_random_part_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    sequence = Sequence(lambda: 1000)
    first = sequence.take(1)[0]
    monkeypatch.setattr(sequence, "_random", 2**74 - 1)
    second = sequence.take(1)[0]
    assert second > first
    assert (second.int >> 80, second.version, second.variant) == (1001, 7, "specified in RFC 4122")


def test_threads_share_one_order() -> None:
    found: list[UUID] = []
    threads = [threading.Thread(target=lambda: found.extend(new_ids(500))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 4000
