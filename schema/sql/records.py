"""What to answer of records and connections → JSON expressions and the sub-queries behind them.

A nested value is a sub-select in the row's own expression, so that a row costs what its selection asks for, and rows
keep the order of their one sub-query.
"""

from collections.abc import Callable, Sequence
from typing import Any

from schema.catalog.model import Column, ObjectType
from schema.plan.nodes import (
    AggregateValue,
    Connection,
    ConnectionKey,
    Constant,
    Cursor,
    Edges,
    Group,
    Node,
    PageFact,
    PageInfo,
    RecordKey,
    RecordSelection,
    Rows,
    SortKey,
    ToMany,
    ToOne,
    TotalCount,
    Value,
)
from schema.sql.aggregates import aggregate_json
from schema.sql.fragments import (
    Json,
    Scope,
    Sql,
    concatenated,
    json_object,
    json_string,
)
from schema.sql.keyset import beyond, order_by, sort_source
from schema.sql.projection import json_sort_value, json_value
from schema.sql.rows import source

ROW_NUMBER = "row_number"
COUNTED = "counted"  # the alias of the rows that aggregates are over
Conditions = Callable[[str], Sequence[str]]
"""What else holds for the rows of a page, of the row with this alias."""


def record_json(scope: Scope, alias: str, record: RecordSelection) -> Json:
    """The JSON of what is asked of the row `alias`."""
    return json_object((key.key, _key_json(scope, alias, key, record.object_type)) for key in record.keys)


def columns_read(record: RecordSelection) -> set[str]:
    """The columns of the record's own row that its JSON is made of."""
    names: set[str] = set()
    for key in record.keys:
        match key:
            case Value(_, read):
                names.add(read.name)
            case Group(_, values):
                names.update(value.column.name for value in values if isinstance(value, Value))
            case ToOne(_, relation, _):
                names.add(relation.foreign_key)
            case ToMany():
                names.add("id")
            case Constant():
                pass
    return names


def listed(object_type: ObjectType, names: set[str], alias: str) -> str:
    """A select list of columns in the order of the object's columns, never empty."""
    return ", ".join(column.read(alias) for name, column in object_type.columns.items() if name in names | {"id"})


def all_columns(object_type: ObjectType, alias: str) -> str:
    """A select list of every column of the API."""
    return ", ".join(column.read(alias) for column in object_type.columns.values())


def columns_and_keys(object_type: ObjectType, alias: str) -> str:
    """The same with the keys that some have."""
    return ", ".join(column.read(alias) for column in object_type.stored.values())


def _key_json(scope: Scope, alias: str, key: RecordKey, object_type: ObjectType) -> Json:
    match key:
        case Constant(_, value):
            return json_string(value)
        case Value(_, read):
            return json_value(read.read(alias), read)
        case Group(_, values):
            return json_object((value.key, _key_json(scope, alias, value, object_type)) for value in values)
        case ToOne(_, relation, record):
            return (Sql(_to_one(scope, relation.key.read(alias), record)),)
        case ToMany(_, relation, connection):
            return (Sql(_nested(scope, connection, relation.key, f"{alias}.id")),)


def _to_one(scope: Scope, foreign_key: str, record: RecordSelection) -> str:
    alias = scope.alias()
    json = concatenated(record_json(scope, alias, record))
    found = source(scope, alias, Rows(record.object_type), f"{alias}.id = {foreign_key}")
    return f"coalesce((SELECT {json} {found}), 'null')"


def _nested(scope: Scope, connection: Connection, foreign_key: Column, parent_id: str) -> str:
    page = PagePrinter(scope, connection, lambda alias: [f"{foreign_key.read(alias)} = {parent_id}"])
    return f"({page.select_nested()})"


class PagePrinter:
    """One page of a connection: a sub-query of its rows, and expressions over them.

    `also` states what else holds for its rows, such as whose they are. Expressions are made first; what they need of
    the rows was noted before. Where aggregates are asked for, all that is counted comes from one scan of its own.
    """

    def __init__(self, scope: Scope, connection: Connection, also: Conditions = lambda alias: ()) -> None:
        self.scope = scope
        self.connection = connection
        self.also = also
        self.rows = scope.alias()
        # In the text, since PostgreSQL plans for few rows only where it knows that they are few.
        self.size = str(int(connection.page.size))
        self.numbered = connection.page.backward
        self.one_more = False
        self.needs_rows = False
        self.columns: set[str] = set()
        self.sorted_columns = False
        summed = any(isinstance(key, AggregateValue) for key in connection.keys)
        self.totals = scope.alias() if summed else None
        self.total_outputs: list[str] = []
        self.page_outputs: list[str] = []
        for key in connection.keys:
            self._note(key)

    def _note(self, key: ConnectionKey) -> None:
        """Remember what a key needs of the rows."""
        match key:
            case Edges(_, keys):
                self.needs_rows = True
                for edge_key in keys:
                    if isinstance(edge_key, Node):
                        self.columns |= columns_read(edge_key.record)
                    elif isinstance(edge_key, Cursor):
                        self.sorted_columns = True
            case PageInfo(_, facts):
                names = {fact.name for fact in facts if isinstance(fact, PageFact)}
                if names & {"startCursor", "endCursor"}:
                    self.needs_rows = self.numbered = self.sorted_columns = True
                if self._fact_ahead in names:
                    self.needs_rows = self.one_more = self.numbered = True
            case _:
                pass

    @property
    def _fact_ahead(self) -> str:
        """The fact that one row more than the page tells."""
        return "hasPreviousPage" if self.connection.page.backward else "hasNextPage"

    # The sub-queries

    def select_nested(self) -> str:
        """A SELECT of a nested connection as one JSON text: an object, or just its nodes."""
        if self.connection.plain:
            edges = next(key for key in self.connection.keys if isinstance(key, Edges))
            return self.select(concatenated(self.json(edges)))
        return self.select_object()

    def select_object(self) -> str:
        """A SELECT of the connection as one JSON object."""
        return self.select(concatenated(json_object((key.key, self.json(key)) for key in self.connection.keys)))

    def select(self, outputs: str) -> str:
        """A SELECT of one row."""
        page = self._page() if self.needs_rows else None
        if self.totals is None:
            return f"SELECT {outputs} FROM {page}" if page else f"SELECT {outputs}"
        totals = f"(SELECT {', '.join(self.total_outputs)} {self.all_rows()}) {self.totals}"
        if page is None:
            return f"SELECT {outputs} FROM {totals}"
        return f"SELECT {outputs} FROM {totals} CROSS JOIN (SELECT {', '.join(self.page_outputs)} FROM {page}) page"

    def _page(self) -> str:
        rows = self._page_rows()
        if self.numbered:
            inner = self.scope.alias()
            numbers = f"row_number() OVER () AS {ROW_NUMBER}, count(*) OVER () AS row_count"
            rows = f"SELECT {inner}.*, {numbers} FROM ({rows}) {inner}"
        return f"({rows}) {self.rows}"

    def _page_rows(self) -> str:
        alias = self.scope.alias()
        page, order = self.connection.page, self.connection.order
        also = [] if page.cursor is None else [beyond(self.scope, alias, order, page.cursor, backward=page.backward)]
        offset = f" OFFSET {self.scope.bind(page.offset, 'bigint')}" if page.offset else ""
        return (
            f"SELECT {self._listed(alias)} {self._source(alias, *also)}"
            f" ORDER BY {order_by(self.scope, alias, order, backward=page.backward)}"
            f" LIMIT {self._limit}{offset}"
        )

    @property
    def _limit(self) -> int:
        """How many rows are read."""
        return self.connection.page.size + self.one_more

    def _listed(self, alias: str) -> str:
        """The columns that the page's expressions read; a sort key through a relation has a column of its own."""
        names, computed = set(self.columns), []
        if self.sorted_columns:
            for number, key in enumerate(self.connection.order):
                if key.path:
                    computed.append(f"{sort_source(self.scope, alias, key)} AS {_sort_column(number)}")
                else:
                    names.add(key.column.name)
        return ", ".join([listed(self.connection.object_type, names, alias), *computed])

    def all_rows(self) -> str:
        """FROM and WHERE of every row of the connection, whatever the page."""
        return self._source(COUNTED)

    def _source(self, alias: str, *also: str) -> str:
        return source(self.scope, alias, self.connection.rows, *self.also(alias), *also)

    # Expressions over them

    def json(self, key: ConnectionKey) -> Json:
        match key:
            case Constant(_, value):
                return json_string(value)
            case TotalCount():
                return (Sql(self._total_count()),)
            case AggregateValue(_, field):
                return (Sql(self._total(aggregate_json(COUNTED, field))),)
            case Edges(_, keys):
                return ("[", Sql(self._of_page(f"coalesce({self._aggregated(self._edge(keys))}, '')")), "]")
            case PageInfo(_, facts):
                return json_object((fact.key, self._fact(fact)) for fact in facts)

    def _total_count(self) -> str:
        """All rows are counted only where the page, if it begins at the first of them, does not hold them all."""
        counted, page = self._total("count(*)::text"), self.connection.page
        if self.totals or not self.needs_rows or page.cursor is not None or page.offset:
            return counted
        return f"CASE WHEN count(*) < {self._limit} THEN count(*)::text ELSE {counted} END"

    def _total(self, expression: str) -> str:
        """Something counted over all rows: in the one scan where there is one, else by itself."""
        if self.totals is None:
            return f"(SELECT {expression} {self.all_rows()})"
        self.total_outputs.append(f"{expression} AS a{len(self.total_outputs)}")
        return f"{self.totals}.a{len(self.total_outputs) - 1}"

    def _of_page(self, expression: str) -> str:
        """Something aggregated over the rows of the page."""
        if self.totals is None:
            return expression
        self.page_outputs.append(f"{expression} AS p{len(self.page_outputs)}")
        return f"page.p{len(self.page_outputs) - 1}"

    def _edge(self, keys: Sequence[Node | Cursor | Constant]) -> str:
        if self.connection.plain:
            node = next(key for key in keys if isinstance(key, Node))
            return concatenated(record_json(self.scope, self.rows, node.record))
        return concatenated(json_object((key.key, self._edge_value(key)) for key in keys))

    def _edge_value(self, key: Node | Cursor | Constant) -> Json:
        match key:
            case Node(_, record):
                return record_json(self.scope, self.rows, record)
            case Cursor():
                return ('"', Sql(cursor_text(self.rows, self.connection.order)), '"')
            case Constant(_, value):
                return json_string(value)

    def _aggregated(self, expression: str) -> str:
        """The rows of the page, joined by commas, in the order of the connection."""
        ordered = f" ORDER BY {self.rows}.{ROW_NUMBER} DESC" if self.connection.page.backward else ""
        filtered = f" FILTER (WHERE {self.rows}.{ROW_NUMBER} <= {self.size})" if self.one_more else ""
        return f"string_agg({expression}, ','{ordered}){filtered}"

    def _fact(self, fact: PageFact | Constant) -> Json:
        if isinstance(fact, Constant):
            return json_string(fact.value)
        if fact.name in ("startCursor", "endCursor"):
            nearest = (fact.name == "startCursor") != self.connection.page.backward
            return (Sql(self._of_page(self._end_cursor(nearest=nearest))),)
        if fact.name == self._fact_ahead:
            return (Sql(self._of_page(f"(count(*) > {self.size})::text")),)
        return (Sql(self._exists_behind()),)

    def _end_cursor(self, *, nearest: bool) -> str:
        """The cursor of the first row read, or of the last row of the page."""
        number, last = f"{self.rows}.{ROW_NUMBER}", f"least({self.rows}.row_count, {self.size})"
        where = f"{number} = 1 AND {self.size} > 0" if nearest else f"{number} = {last}"
        cursor = cursor_text(self.rows, self.connection.order)
        return f"coalesce('\"' || max({cursor}) FILTER (WHERE {where}) || '\"', 'null')"

    def _exists_behind(self) -> str:
        """Whether rows lie on the side that the page was not read towards.

        The record at the cursor lies there itself, and is nearly always found by its id. Else the nearest row is looked
        for in the order, so that the order's index serves: an EXISTS would read the table until it meets one.
        """
        page, order = self.connection.page, self.connection.order
        if page.cursor is None and not page.offset:
            return "'false'"
        alias = self.scope.alias()
        if page.cursor is None:
            return f"EXISTS (SELECT {self._source(alias)})::text"
        behind = beyond(self.scope, alias, order, page.cursor, backward=not page.backward, inclusive=True)
        rows = f"SELECT TRUE {self._source(alias, behind)}"
        own_id = next(value for key, value in zip(order, page.cursor, strict=True) if key.names == ("id",))
        at_cursor = f"{alias}.id = {self.scope.bind(own_id, 'uuid')}"
        nearest = order_by(self.scope, alias, order, backward=not page.backward)
        return f"coalesce(({rows} AND {at_cursor}), ({rows} ORDER BY {nearest} LIMIT 1), FALSE)::text"


def cursor_text(alias: str, order: Sequence[SortKey]) -> str:
    """The cursor of a row: URL-safe base64 of the JSON of its sort keys, nested as in an `orderBy`."""
    tree: dict[str, Any] = {}
    for number, key in enumerate(order):
        *parents, name = key.names
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        stored = f"{alias}.{_sort_column(number)}" if key.path else key.column.read(alias)
        branch[name] = json_sort_value(stored, key.column, nullable=key.nullable)
    json = concatenated(_tree_json(tree))
    return f"translate(encode(convert_to({json}, 'UTF8'), 'base64'), E'+/=\\n', '-_')"


def _tree_json(tree: dict[str, Any]) -> Json:
    return json_object((name, _tree_json(value) if isinstance(value, dict) else value) for name, value in tree.items())


def _sort_column(number: int) -> str:
    return f"sort_{number}"
