"""Imports run `app → rest_shim → schema`; the planner knows no SQL and the printer no GraphQL."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "rest_shim", "schema")


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def violations(package: str, *forbidden: str, allowed: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in imported(path)
        if name not in allowed and any(name == prefix or name.startswith(f"{prefix}.") for prefix in forbidden)
    ]


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("schema", ("app", "rest_shim", "starlette", "uvicorn", "asyncpg", "os")),
        ("rest_shim", ("app", "schema.sql", "schema.plan", "strawberry", "sqlalchemy", "asyncpg")),
    ],
)
def test_no_import_runs_back(package: str, forbidden: tuple[str, ...]) -> None:
    allowed = ("os",) if package == "schema" else ()
    assert violations(package, *(name for name in forbidden if name not in allowed)) == []


def test_the_planner_knows_no_sql() -> None:
    assert violations("schema/plan", "schema.sql", "sqlalchemy") == []


def test_the_printer_knows_no_graphql() -> None:
    assert (
        violations(
            "schema/sql",
            "graphql",
            "strawberry",
            "schema.plan",
            allowed=("schema.plan.nodes", "schema.plan.nodes.placeholders"),
        )
        == []
    )


def test_the_checks_see_imports() -> None:
    assert "schema.plan.nodes" in {name for path in modules("schema/sql") for name in imported(path)}
    assert violations("app", "schema") != []
