"""A path → what handles it. Paths are compared by their segments, where `{name}` stands for any that is not empty."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

Handle = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """The segments of a path: `literals` by their place, and the names of the others by theirs."""

    literals: tuple[tuple[int, str], ...]
    names: tuple[tuple[int, str], ...]
    handle: Handle


class Routes:
    """Handlers by path, of which the first that fits is taken."""

    def __init__(self, handlers: Mapping[str, Handle]) -> None:
        self._by_length: dict[int, list[Route]] = {}
        for path, handle in handlers.items():
            segments = path.split("/")
            places = list(enumerate(segments))
            literals = tuple(place for place in places if not place[1].startswith("{"))
            names = tuple((n, segment[1:-1]) for n, segment in places if segment.startswith("{"))
            self._by_length.setdefault(len(segments), []).append(Route(literals, names, handle))

    def find(self, path: str) -> tuple[Handle, dict[str, str]] | None:
        """The handler, and the segments that stand for names."""
        segments = path.split("/")
        for route in self._by_length.get(len(segments), ()):
            if all(segments[n] == literal for n, literal in route.literals):
                found = {name: segments[n] for n, name in route.names}
                if all(found.values()):
                    return route.handle, found
        return None
