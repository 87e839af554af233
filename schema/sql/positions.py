"""A place at one of the ends → the position that it is."""

from schema.catalog.model import ObjectType
from schema.sql.fragments import Scope
from schema.sql.rows import every_row, source


def place(scope: Scope, object_type: ObjectType, where: str, number: str, count: str) -> str:
    """A place before the first record of the workspace or after the last, deleted ones included, for a row of a batch.

    The batch keeps its order. PostgreSQL looks for the end once in a statement, and only where a row needs it.
    """
    assert object_type.position
    end = (
        f"(SELECT {'max' if where == 'last' else 'min'}({object_type.position.read('p')})"
        f" {source(scope, 'p', every_row(object_type))})"
    )
    placed = f"{end} + 1 + {number}" if where == "last" else f"{end} - {count} + {number}"
    return f"coalesce({placed}, {number} + 1)"
