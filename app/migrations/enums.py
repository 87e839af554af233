"""PostgreSQL's enum types in a new revision: Alembic compares tables and leaves the types of their columns to us."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from alembic.operations import MigrationScript
from alembic.operations.ops import ExecuteSQLOp
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects.postgresql import ARRAY, ENUM

EXISTING = sa.text(
    "SELECT typname, array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid "
    "WHERE typnamespace = current_schema()::regnamespace GROUP BY typname"
)


def add_enums(migration: MigrationContext, script: MigrationScript, models: Iterable[sa.MetaData]) -> None:
    """Puts the making of new types and values before the tables, and the dropping of new types after them."""
    assert migration.connection is not None
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    existing: dict[str, Sequence[str]] = {row[0]: row[1] for row in migration.connection.execute(EXISTING)}
    declared = declared_enums(models)
    before = [
        ExecuteSQLOp(statement)
        for name, values in declared.items()
        for statement in (_additions(name, values, existing[name]) if name in existing else [create(name, values)])
    ]
    script.upgrade_ops.ops[:0] = before
    script.downgrade_ops.ops.extend(ExecuteSQLOp(f'DROP TYPE "{name}"') for name in declared if name not in existing)


def declared_enums(models: Iterable[sa.MetaData]) -> dict[str, Sequence[str]]:
    """The enum types of all columns: name → values in order."""
    found: dict[str, Sequence[str]] = {}
    for metadata in models:
        for table in metadata.sorted_tables:
            for column in table.columns:
                kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
                if isinstance(kind, ENUM) and kind.name:
                    found[kind.name] = kind.enums
    return found


def create(name: str, values: Sequence[str]) -> str:
    return f'CREATE TYPE "{name}" AS ENUM ({", ".join(map(_literal, values))})'


def _additions(name: str, values: Sequence[str], existing: Sequence[str]) -> list[str]:
    """A new value goes where the declaration has it, since enums sort in that order."""
    return [
        f'ALTER TYPE "{name}" ADD VALUE {_literal(value)}' + (f" AFTER {_literal(values[i - 1])}" if i else "")
        for i, value in enumerate(values)
        if value not in existing
    ]


def _literal(value: str) -> str:
    return "'{}'".format(value.replace("'", "''"))
