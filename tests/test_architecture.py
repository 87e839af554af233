"""The rooms of the house, and which of them may know which: imports run one way, and nowhere in a circle."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# For each room, what it may import of the project besides itself.
ROOMS: Mapping[str, tuple[str, ...]] = {
    "schema.errors": (),
    "schema.bounded_memory": (),
    "schema.values": ("schema.errors",),
    "schema.declare": ("schema.values",),
    "schema.objects": ("schema.declare", "schema.values"),
    "schema.catalog": ("schema.declare", "schema.objects", "schema.values"),
    "schema.context": ("schema.catalog", "schema.values", "schema.errors"),
    "schema.plan.nodes": ("schema.catalog", "schema.declare", "schema.values"),
    "schema.plan": ("schema.catalog", "schema.declare", "schema.values", "schema.context", "schema.errors"),
    "schema.sql": ("schema.plan.nodes", "schema.catalog", "schema.declare", "schema.values", "schema.context"),
    "schema.execution": (
        *("schema.plan", "schema.sql.statement", "schema.catalog", "schema.declare", "schema.values"),
        *("schema.context", "schema.errors", "schema.bounded_memory"),
    ),
    "schema.types": (
        *("schema.execution", "schema.plan", "schema.catalog", "schema.declare", "schema.values"),
        *("schema.context", "schema.errors"),
    ),
    "schema.metadata": (
        *("schema.types", "schema.execution", "schema.catalog", "schema.declare", "schema.values", "schema.errors"),
    ),
    "schema.api": ("schema.types", "schema.metadata", "schema.execution", "schema.catalog"),
    "rest_shim": (
        "schema.catalog",
        "schema.declare",
        "schema.values",
        "schema.metadata",
        "schema.context",
        "schema.errors",
        "schema.bounded_memory",
    ),
    "app": ("rest_shim", "schema"),
}

FOREIGN: Mapping[str, tuple[str, ...]] = {
    "schema": ("starlette", "uvicorn", "asyncpg"),
    "schema.plan": ("strawberry", "sqlalchemy"),
    "schema.sql": ("graphql", "strawberry"),
    "schema.values": ("graphql", "strawberry", "sqlalchemy"),
    "rest_shim": ("strawberry", "sqlalchemy", "asyncpg"),
}


def modules(package: str) -> list[Path]:
    path = ROOT / package.replace(".", "/")
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path, *, at_start: bool = False) -> Iterator[str]:
    """The modules that a file imports, wherever in it, or as soon as it is imported itself."""
    tree = ast.parse(path.read_text())
    for node in tree.body if at_start else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if (ROOT / (name.replace(".", "/") + ".py")).exists() else node.module for name in names)


def within(name: str, *rooms: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def room_of(name: str) -> str | None:
    """The innermost room that a module is in."""
    return max((room for room in ROOMS if within(name, room)), key=len, default=None)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_those_below_it(room: str) -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules(room)
        if room_of(name_of(path)) == room
        for name in imported(path)
        if within(name, "schema", "rest_shim", "app") and not within(name, room, *ROOMS[room])
    ]
    assert wrong == []


@pytest.mark.parametrize("room", FOREIGN)
def test_what_a_room_does_not_know(room: str) -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules(room)
        for name in imported(path)
        if within(name, *FOREIGN[room])
    ]
    assert wrong == []


def test_every_module_of_the_schema_has_a_room() -> None:
    assert [path for path in modules("schema") if room_of(name_of(path)) is None and name_of(path) != "schema"] == []


def test_one_door_leads_to_sql() -> None:
    outside = [path for package in ("schema", "rest_shim", "app") for path in modules(package)]
    used = {
        name
        for path in outside
        if not within(name_of(path), "schema.sql")
        for name in imported(path)
        if within(name, "schema.sql")
    }
    assert used == {"schema.sql.statement"}


def test_no_circle() -> None:
    paths = {name_of(path): path for package in ("schema", "rest_shim", "app") for path in modules(package)}
    graph = {name: {other for other in imported(path, at_start=True) if other in paths} for name, path in paths.items()}
    left = dict(graph)
    while free := [name for name, others in left.items() if not (others - {name}) & left.keys()]:
        for name in free:
            del left[name]
    assert sorted(left) == []


def test_the_checks_see_imports() -> None:
    assert "schema.plan.nodes" in {name for path in modules("schema.sql") for name in imported(path)}
    assert room_of("schema.plan.nodes.changes") == "schema.plan.nodes"
    assert room_of("schema.plan.filters") == "schema.plan"
