"""What is remembered up to a bound, and what of it is forgotten first."""

from schema.bounded_memory import BoundedMemory, SeenBefore


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


def test_all_that_is_left_can_be_seen() -> None:
    recent: BoundedMemory[str, int] = BoundedMemory(2)
    for n, key in enumerate("abc"):
        recent.put(key, n)
    assert [*recent.values()] == [1, 2]
