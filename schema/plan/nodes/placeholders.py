"""What stands in a plan for a value that each request brings anew: a leaf of its variables.

A statement that is planned with placeholders serves every request whose variables have the same shape. What planning or
printing must know of a value beforehand it asks through `known` and `decided`, which note the question, so that only
requests with the same answers share the statement. `deferred` puts off what is only a parameter's value. Any other use
of a placeholder raises `Unsettled`.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar, cast

T = TypeVar("T")
Path = tuple[str | int, ...]
Ask = Callable[[Any], Hashable]
Questions = dict[tuple[Path, Ask], "Placeholder"]
"""What was asked of which leaf. A question is told from others as a dictionary key."""

_LEAVES = (str, int, float)


class Unsettled(Exception):
    """A plan used a value that it cannot know yet."""


class Placeholder:
    """A leaf of the variables, known by an example. `coerce` makes of it what its GraphQL type says."""

    __slots__ = ("coerce", "path", "questions", "sample")

    def __init__(self, path: Path, sample: Any, questions: Questions, coerce: Callable[[Any], Any] | None = None):
        self.path, self.sample, self.questions, self.coerce = path, sample, questions, coerce

    def typed(self, coerce: Callable[[Any], Any]) -> "Placeholder":
        return Placeholder(self.path, self.sample, self.questions, coerce)

    def value(self, variables: Mapping[str, Any]) -> Any:
        """The coerced value in a request. Raises what GraphQL's scalars raise."""
        found: Any = variables
        for step in self.path:
            found = found[step]
        return self.coerce(found) if self.coerce else found

    def ask(self, question: Callable[[Any], T]) -> T:
        """What is so of the example, and is to be asked of every other value."""
        self.questions[self.path, cast("Ask", question)] = self
        return question(self.coerce(self.sample) if self.coerce else self.sample)

    def _refuse(self, *_: object) -> NoReturn:
        raise Unsettled(f"{self.path} is a placeholder")

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __len__ = __iter__ = __contains__ = __getitem__ = __str__ = __repr__ = __hash__ = __int__ = __float__ = _refuse


@dataclass(frozen=True, slots=True, eq=False)
class Deferred:
    """A value that is computed from others when they are known."""

    source: Any
    compute: Callable[[Any], Any]


def deferred(value: Any, compute: Callable[[Any], Any]) -> Any:
    """`compute(value)`, now or when the value is known."""
    return Deferred(value, compute) if _is_open(value) else compute(value)


def known(value: Any) -> Any:
    """The value itself, where a plan depends on it."""
    return decided(value, _itself)


def decided(value: Any, question: Callable[[Any], T]) -> T:
    """The answer to a question about a value, where a plan depends on that and on nothing more of it."""
    return value.ask(question) if isinstance(value, Placeholder) else question(value)


def resolved(value: Any, variables: Mapping[str, Any]) -> Any:
    """The value that stands there in a request. Raises what computing it raises."""
    if isinstance(value, Deferred):
        return value.compute(resolved(value.source, variables))
    if isinstance(value, Placeholder):
        return value.value(variables)
    if isinstance(value, list) and _is_open(value):
        return [resolved(item, variables) for item in value]
    return value


def shape(value: Any) -> Hashable:
    """What variables must have in common to share a plan: everything but their leaves. Flags and nulls are no leaves.

    A list of leaves of one type is a leaf, however long it is. Raises Unsettled for what does not come from JSON.
    """
    kind = type(value)
    if kind is dict:
        return tuple([(name, shape(item)) for name, item in value.items()])
    if kind is list:
        return (list, kind_of_items) if (kind_of_items := _one_kind(value)) else (list, *map(shape, value))
    if kind in _LEAVES:
        return cast("Hashable", kind)
    if value is None or kind is bool:
        return cast("Hashable", value)
    raise Unsettled(kind)


def opened(value: Any, questions: Questions, path: Path = ()) -> Any:
    """The same variables with placeholders for their leaves."""
    if isinstance(value, dict):
        return {name: opened(item, questions, (*path, name)) for name, item in value.items()}
    if isinstance(value, list) and not _one_kind(value):
        return [opened(item, questions, (*path, n)) for n, item in enumerate(value)]
    if value is None or isinstance(value, bool):
        return value
    return Placeholder(path, value, questions)


def paths(value: Any) -> set[Path]:
    """Of the placeholders that stand in a value, alone or as what others are computed from."""
    if isinstance(value, Placeholder):
        return {value.path}
    if isinstance(value, Deferred):
        return paths(value.source)
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return set()
    return set().union(*map(paths, value))


def _one_kind(items: list[Any]) -> type | None:
    """The type of all items, where that is one of the leaves'."""
    if not items:
        return None
    kind = type(items[0])
    return kind if kind in _LEAVES and all(type(item) is kind for item in items) else None


def _is_open(value: Any) -> bool:
    if isinstance(value, list):
        return any(_is_open(item) for item in value)
    return isinstance(value, Placeholder | Deferred)


def _itself(value: Any) -> Any:
    return value
