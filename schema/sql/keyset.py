"""Sort keys and cursors → ORDER BY and the rows on one side of a cursor.

The predicate of a page leads with a plain bound on the first key, since that is what an index can start from:
`a >= $2 AND (a <> $2 OR id > $3)`. With `a > $2` in the second part PostgreSQL would count the bound twice, believe
that knowing the cursor makes a better plan, and plan each page anew. A key that is never null is sorted without
NULLS FIRST or LAST, else PostgreSQL does not use its index.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from schema.catalog.model import Column
from schema.declare import kinds
from schema.declare.folding import sorted_text
from schema.plan.nodes import Rows, SortKey
from schema.sql.fragments import Scope
from schema.sql.rows import no_row, source

_TEXTS = (kinds.TEXT, kinds.RICH_TEXT)


def order_by(scope: Scope, alias: str, order: Sequence[SortKey], *, backward: bool = False) -> str:
    """The list of an ORDER BY; backward, the opposite order."""
    return ", ".join(direction(sort_source(scope, alias, key), key, backward=backward) for key in order)


def sort_source(scope: Scope, alias: str, key: SortKey) -> str:
    """What a key sorts the row `alias` by: its own column, or that of the live record at the end of the key's path."""
    if not key.path:
        return key.column.read(alias)
    related = scope.alias()
    relation, *rest = key.path
    sorted_by = sort_source(scope, related, replace(key, path=tuple(rest)))
    found = source(scope, related, Rows(relation.target_type), f"{related}.id = {relation.key.read(alias)}")
    return f"(SELECT {sorted_by} {found})"


def beyond(
    scope: Scope,
    alias: str,
    order: Sequence[SortKey],
    cursor: Sequence[Any],
    *,
    backward: bool = False,
    inclusive: bool = False,
) -> str:
    """The rows after the cursor, or before it; with `inclusive`, the row at the cursor too."""
    *earlier, last = [_Compared(scope, alias, key, value, backward) for key, value in zip(order, cursor, strict=True)]
    expression = last.reached() if inclusive else last.past or no_row(alias)
    for key in reversed(earlier):
        expression = key.past_or(expression)
    return expression


class _Compared:
    """How one key of a row compares with its value in a cursor: `equal` to it, or `past` it, if any row can be that.

    A plain `bound` says both in one, where no null lies beyond; then a row at it that `differs` is past it.
    """

    def __init__(self, scope: Scope, alias: str, key: SortKey, value: Any, backward: bool) -> None:
        expression = _sorted(sort_source(scope, alias, key), key.column)
        nulls_beyond = key.nullable and (key.nulls_first == backward)
        greater = ">" if key.descending == backward else "<"
        self.bound = self.differs = ""
        if value is None:
            self.equal = f"{expression} IS NULL"
            self.past = "" if nulls_beyond else f"{expression} IS NOT NULL"
            return
        parameter = _sorted(scope.bind(value, _cursor_type(key.column)), key.column)
        self.equal = f"{expression} = {parameter}"
        self.past = f"{expression} {greater} {parameter}"
        if nulls_beyond:
            self.past = f"({self.past} OR {expression} IS NULL)"
        else:
            self.bound = f"{expression} {greater}= {parameter}"
            self.differs = f"{expression} <> {parameter}"

    def reached(self) -> str:
        """Past it or equal to it."""
        return self.bound or (f"({self.past} OR {self.equal})" if self.past else self.equal)

    def past_or(self, rest: str) -> str:
        """Past it, or equal to it where the `rest` holds."""
        if self.bound:
            return f"({self.bound} AND ({self.differs} OR {rest}))"
        at = f"({self.equal} AND {rest})"
        return f"({self.past} OR {at})" if self.past else at


def direction(expression: str, key: SortKey, *, backward: bool = False) -> str:
    """One entry of an ORDER BY."""
    expression = _sorted(expression, key.column)
    asc_or_desc = "DESC" if key.descending != backward else "ASC"
    if not key.nullable:
        return f"{expression} {asc_or_desc}"
    return f"{expression} {asc_or_desc} NULLS {'FIRST' if key.nulls_first != backward else 'LAST'}"


def _sorted(expression: str, value: Column) -> str:
    """What a column is sorted by."""
    if value.kind in _TEXTS:
        return sorted_text(expression)
    if value.kind is kinds.RAW_JSON:
        return f'({expression})::text COLLATE "C"'
    if value.kind is kinds.ARRAY:
        return f'{expression} COLLATE "C"'
    return expression


def _cursor_type(value: Column) -> str:
    return "text" if value.kind is kinds.RAW_JSON else value.sql_type
