"""What stands in a plan for a value that each request brings anew: a leaf of its variables, its records, its caller.

A statement that is planned with placeholders serves every request whose variables have the same shape. What planning or
printing must know of a value beforehand it asks through `known` and `decided`, which note the question, so that only
requests with the same answers share the statement. `deferred` puts off what is only a parameter's value, `shared` what
several parameters and questions are made of. Any other use of a placeholder raises `Unsettled`.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar, cast

T = TypeVar("T")
Path = tuple[Hashable, ...]
Ask = Callable[[Any], Hashable]
_LEAVES = (str, int, float)


class Unsettled(Exception):
    """A plan used a value that it cannot know yet."""


class Questions(dict[tuple[Hashable, Ask], Any]):
    """What was asked of which open value while something was planned. A question is told from others as a key.

    `example` is the request that it was planned for, until it is forgotten: what is remembered keeps no values.
    """

    def __init__(self, example: "Values") -> None:
        super().__init__()
        self.example: Values | None = example


class Placeholder:
    """A leaf of the variables. `coerce` makes of it what its GraphQL type says."""

    __slots__ = ("coerce", "path", "questions")

    def __init__(self, path: Path, questions: Questions, coerce: Callable[[Any], Any] | None = None) -> None:
        self.path, self.questions, self.coerce = path, questions, coerce

    def typed(self, coerce: Callable[[Any], Any]) -> "Placeholder":
        return Placeholder(self.path, self.questions, coerce)

    def value(self, values: "Values") -> Any:
        """What stands there in a request. Raises what coercing it raises."""
        found: Any = values.variables
        for step in self.path:
            found = found[step]
        return self.coerce(found) if self.coerce else found

    def __repr__(self) -> str:
        return f"Placeholder({self.path})"

    def _refuse(self, *_: object) -> NoReturn:
        raise Unsettled(f"{self.path} is a placeholder")

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __len__ = __iter__ = __contains__ = __getitem__ = __str__ = __hash__ = __int__ = __float__ = _refuse


class WholePlaceholder(Placeholder):
    """Records in a variable, which are coerced once a request, however much is asked of them."""

    __slots__ = ()

    def value(self, values: "Values") -> Any:
        found = values.shared.get(self.path)
        if found is None:
            found = values.shared[self.path] = super().value(values)
        return found


class CallerPlaceholder(Placeholder):
    """Who is calling."""

    __slots__ = ()

    def value(self, values: "Values") -> Any:
        return values.caller


class Key:
    """What tells a shared value from others, hashed once."""

    __slots__ = ("hash", "parts")

    def __init__(self, *parts: Hashable) -> None:
        self.parts, self.hash = parts, hash(parts)

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Key) and self.parts == other.parts)


@dataclass(frozen=True, slots=True, eq=False)
class Deferred:
    """A value that is computed from others when they are known; where it has a `key`, once a request."""

    source: Any
    compute: Callable[[Any], Any]
    key: "Key | None" = None

    def value(self, values: "Values") -> Any:
        """What it is in a request. Raises what computing it raises."""
        if self.key is None:
            return self.compute(values.of(self.source))
        found = values.shared.get(self.key)
        if found is None:
            found = values.shared[self.key] = self.compute(values.of(self.source))
        return found


class Origin:
    """What is said of a request where its writes are told of."""

    __slots__ = ()

    def value(self, values: "Values") -> Any:
        return values.origin()


ORIGIN = Origin()


class Calling:
    """Who is calling, where no plan depends on it."""

    __slots__ = ()

    def value(self, values: "Values") -> Any:
        return values.caller


CALLER = Calling()


class Values:
    """What one request has for the placeholders: its variables as they came, its caller, and its origin.

    What is computed once for several of them is in `shared`.
    """

    __slots__ = ("caller", "origin", "shared", "variables")

    def __init__(self, variables: Mapping[str, Any], caller: Any, origin: Callable[[], str]) -> None:
        self.variables, self.caller, self.origin = variables, caller, origin
        self.shared: dict[Hashable, Any] = {}

    def of(self, value: Any) -> Any:
        """What stands there in this request. Raises what coercing and computing it raise."""
        if isinstance(value, OPEN):
            return value.value(self)
        if isinstance(value, list | dict) and is_open(value):
            return _mapped(value, self.of)
        return value


OPEN = (Placeholder, Deferred, Origin, Calling)


def deferred(value: Any, compute: Callable[[Any], Any]) -> Any:
    """`compute(value)`, now or when the value is known."""
    return Deferred(value, compute) if is_open(value) else compute(value)


def shared(value: Any, compute: Callable[[Any], Any]) -> Any:
    """As `deferred`, computed once a request, however much is made of it. `compute` is told apart as a key."""
    return Deferred(value, compute, key=Key(compute, _key(value))) if is_open(value) else compute(value)


def known(value: Any) -> Any:
    """The value itself, where a plan depends on it."""
    return decided(value, _itself)


def decided(value: Any, question: Callable[[Any], T]) -> T:
    """The answer to a question about a value, where a plan depends on that and on nothing more of it."""
    if not isinstance(value, Placeholder | Deferred):
        return question(value)
    questions = _first(value).questions
    questions[_key(value), cast("Ask", question)] = value
    assert questions.example is not None, "nothing is asked once planning is over"
    return question(value.value(questions.example))


def is_open(value: Any) -> bool:
    """Whether a placeholder stands in it."""
    if isinstance(value, list):
        return any(map(is_open, value))
    if isinstance(value, dict):
        return any(map(is_open, value.values()))
    return isinstance(value, Placeholder | Deferred)


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


def caller_placeholder(questions: Questions) -> CallerPlaceholder:
    """Stands for whoever calls."""
    return CallerPlaceholder(("the caller",), questions)  # no variable has a blank in its name


def opened(value: Any, questions: Questions, path: Path) -> Any:
    """The same value with placeholders for its leaves. `path` leads to it in the variables."""
    if isinstance(value, dict):
        return {name: opened(item, questions, (*path, name)) for name, item in value.items()}
    if isinstance(value, list) and not _one_kind(value):
        return [opened(item, questions, (*path, n)) for n, item in enumerate(value)]
    if value is None or isinstance(value, bool):
        return value
    return Placeholder(path, questions)


def paths(value: Any) -> set[Path]:
    """Of the placeholders that stand in a value, alone or as what others are computed from."""
    if isinstance(value, Placeholder):
        return {value.path}
    if isinstance(value, Deferred):
        return paths(value.source)
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple | set):
        return set()
    return set().union(*map(paths, value))


def _first(value: Any) -> Placeholder:
    """Some placeholder in an open value."""
    while not isinstance(value, Placeholder):
        items: Collection[Any] = (value.source,) if isinstance(value, Deferred) else _items(value)
        value = next(item for item in items if is_open(item))
    return value


def _key(value: Any) -> Hashable:
    """Tells an open value from others in the plans of one operation."""
    if isinstance(value, Placeholder):
        return value.path
    if isinstance(value, Deferred):
        return value.key or (value.compute, _key(value.source))
    if isinstance(value, dict):
        return tuple([(name, _key(item)) for name, item in value.items()])
    return tuple(map(_key, value)) if isinstance(value, list) else cast("Hashable", value)


def _items(value: Any) -> Collection[Any]:
    return cast("Collection[Any]", value.values() if isinstance(value, dict) else value)


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: change(item) for name, item in value.items()}
    return [change(item) for item in value]


def _one_kind(items: list[Any]) -> type | None:
    """The type of all items, where that is one of the leaves'."""
    if not items:
        return None
    kind = type(items[0])
    return kind if kind in _LEAVES and all(type(item) is kind for item in items) else None


def _itself(value: Any) -> Any:
    return value
