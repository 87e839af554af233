"""What Alembic runs for each command: handed an open connection, and the models when a revision is to be written."""

from typing import Any

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext

from app.migrations.enums import add_enums

OURS = ("ix_", "uq_")  # how the names of our indexes begin; others were added by an operator


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Tables and indexes that the models do not know are left alone, unless the index was once ours."""
    if reflected and compare_to is None:
        return kind != "table" and (kind != "index" or (name or "").startswith(OURS))
    return True


def process(migration: MigrationContext, revision: object, directives: list[MigrationScript]) -> None:
    for script in directives:
        add_enums(migration, script, context.config.attributes["models"])


def run() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=context.config.attributes["models"],
        include_object=include_object,
        process_revision_directives=process,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
