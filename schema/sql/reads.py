"""What to answer of records and connections → SELECT.

A nested value is a sub-select in the row's own expression, so that a row costs what its selection asks for, and rows
keep the order of their one sub-query.
"""

from collections.abc import Sequence
from uuid import UUID

from schema.catalog import ObjectType
from schema.context import Statement
from schema.plan.nodes import (
    TRUE,
    Connection,
    Constant,
    Cursor,
    Edges,
    FindOne,
    Group,
    Node,
    PageFact,
    PageInfo,
    Record,
    RecordKey,
    RecordsById,
    SortKey,
    ToMany,
    ToOne,
    TotalCount,
    Value,
)
from schema.sql.fragments import (
    WORKSPACE,
    Json,
    Scope,
    Sql,
    column,
    concatenated,
    identifier,
    json_object,
    json_string,
)
from schema.sql.keyset import beyond, order_by
from schema.sql.predicates import predicate
from schema.sql.projection import json_sort_value, json_value

DELETED_AT = "deletedAt"
ROW_NUMBER = "row_number"


def find_many(workspace_id: UUID, connection: Connection) -> Statement:
    """One row: the JSON text of each key of the connection, in order."""
    scope = Scope(workspace_id)
    page = _Page(scope, connection, parent=None)
    outputs = [concatenated(page.json(key)) for key in connection.keys]
    # Every statement has the workspace as its first parameter, even one that reads nothing.
    where = "" if page.needs_rows else f" WHERE {WORKSPACE}::uuid IS NOT NULL"
    return scope.statement(page.select(", ".join(outputs)) + where)


def find_one(workspace_id: UUID, plan: FindOne) -> Statement:
    """One row with the JSON text of the record, or none."""
    scope = Scope(workspace_id)
    alias = scope.alias()
    json = concatenated(record_json(scope, alias, plan.record))
    conditions = [in_workspace(alias), predicate(scope, alias, plan.where)]
    if plan.live_only:
        conditions.append(is_live(alias))
    return scope.statement(
        f"SELECT {json} FROM {identifier(plan.object_type.table)} {alias}"
        f" WHERE {' AND '.join(conditions)} ORDER BY {column(alias, 'id')} LIMIT 1"
    )


def records_by_id(workspace_id: UUID, plan: RecordsById) -> Statement:
    """One row with the JSON texts of the records, separated by commas, in the order of the ids."""
    scope = Scope(workspace_id)
    alias = scope.alias()
    ids = scope.bind(list(plan.ids), "uuid[]")
    json = concatenated(record_json(scope, alias, plan.record))
    return scope.statement(
        f"SELECT string_agg({json}, ',' ORDER BY listed.n)"
        f" FROM unnest({ids}) WITH ORDINALITY AS listed(id, n)"
        f" JOIN {identifier(plan.record.object_type.table)} {alias} ON {column(alias, 'id')} = listed.id"
        f" WHERE {in_workspace(alias)}"
    )


def in_workspace(alias: str) -> str:
    return f"{alias}.workspace_id = {WORKSPACE}"


def is_live(alias: str) -> str:
    return f"{column(alias, DELETED_AT)} IS NULL"


def record_json(scope: Scope, alias: str, record: Record) -> Json:
    """The JSON of what is asked of the row `alias`."""

    def make() -> Json:
        return json_object((key.key, _key_json(scope, alias, key, record.object_type)) for key in record.keys)

    return scope.remembered(record.memo, alias, make)


def columns_read(record: Record) -> set[str]:
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
    return ", ".join(column(alias, name) for name in object_type.columns if name in names | {"id"})


def _key_json(scope: Scope, alias: str, key: RecordKey, object_type: ObjectType) -> Json:
    match key:
        case Constant(_, value):
            return json_string(value)
        case Value(_, read):
            return json_value(alias, read)
        case Group(_, values):
            return json_object((value.key, _key_json(scope, alias, value, object_type)) for value in values)
        case ToOne(_, relation, record):
            return (Sql(_to_one(scope, column(alias, relation.foreign_key), record)),)
        case ToMany(_, relation, connection):
            parent = (relation.foreign_key, column(alias, "id"))
            return (Sql(_nested(scope, connection, parent)),)


def _to_one(scope: Scope, foreign_key: str, record: Record) -> str:
    alias = scope.alias()
    json = concatenated(record_json(scope, alias, record))
    return (
        f"coalesce((SELECT {json} FROM {identifier(record.object_type.table)} {alias}"
        f" WHERE {in_workspace(alias)} AND {column(alias, 'id')} = {foreign_key} AND {is_live(alias)}), 'null')"
    )


def _nested(scope: Scope, connection: Connection, parent: tuple[str, str]) -> str:
    page = _Page(scope, connection, parent)
    if connection.plain:
        edges = next(key for key in connection.keys if isinstance(key, Edges))
        return f"({page.select(concatenated(page.json(edges)))})"
    json = concatenated(json_object((key.key, page.json(key)) for key in connection.keys))
    return f"({page.select(json)})"


class _Page:
    """One page of a connection: a sub-query of its rows, and expressions over them.

    `parent` is the foreign key and the id of the record that the rows belong to, where the connection is nested.
    Expressions are made first; they note what they need of the rows.
    """

    def __init__(self, scope: Scope, connection: Connection, parent: tuple[str, str] | None) -> None:
        self.scope = scope
        self.connection = connection
        self.parent = parent
        self.rows = scope.alias()
        # In the text, since PostgreSQL plans for few rows only where it knows that they are few.
        self.size = str(int(connection.page.size))
        self.numbered = connection.page.backward
        self.one_more = False
        self.needs_rows = False
        self.columns: set[str] = set()
        for key in connection.keys:
            self._note(key)

    def _note(self, key: Constant | TotalCount | Edges | PageInfo) -> None:
        """Remember what a key needs of the rows."""
        match key:
            case Edges(_, keys):
                self.needs_rows = True
                for edge_key in keys:
                    if isinstance(edge_key, Node):
                        self.columns |= columns_read(edge_key.record)
                    elif isinstance(edge_key, Cursor):
                        self.columns |= {sort_key.column.name for sort_key in self.connection.order}
            case PageInfo(_, facts):
                names = {fact.name for fact in facts if isinstance(fact, PageFact)}
                if names & {"startCursor", "endCursor"}:
                    self.needs_rows = self.numbered = True
                    self.columns |= {sort_key.column.name for sort_key in self.connection.order}
                if self._fact_ahead in names:
                    self.needs_rows = self.one_more = self.numbered = True
            case _:
                pass

    @property
    def _fact_ahead(self) -> str:
        """The fact that one row more than the page tells."""
        return "hasPreviousPage" if self.connection.page.backward else "hasNextPage"

    # The rows

    def select(self, outputs: str) -> str:
        """A SELECT of one row."""
        if not self.needs_rows:
            return f"SELECT {outputs}"
        rows = self._page_rows()
        if self.numbered:
            inner = self.scope.alias()
            numbers = f"row_number() OVER () AS {ROW_NUMBER}, count(*) OVER () AS row_count"
            rows = f"SELECT {inner}.*, {numbers} FROM ({rows}) {inner}"
        return f"SELECT {outputs} FROM ({rows}) {self.rows}"

    def _page_rows(self) -> str:
        alias = self.scope.alias()
        page, order = self.connection.page, self.connection.order
        conditions = self._conditions(alias)
        if page.cursor is not None:
            conditions.append(beyond(self.scope, alias, order, page.cursor, backward=page.backward))
        offset = f" OFFSET {self.scope.bind(page.offset, 'bigint')}" if page.offset else ""
        return (
            f"SELECT {listed(self.connection.object_type, self.columns, alias)}"
            f" FROM {identifier(self.connection.object_type.table)} {alias} WHERE {' AND '.join(conditions)}"
            f" ORDER BY {order_by(alias, order, backward=page.backward)}"
            f" LIMIT {self.connection.page.size + self.one_more}{offset}"
        )

    def _conditions(self, alias: str) -> list[str]:
        """What holds for every row of the connection, whatever the page."""
        conditions = [in_workspace(alias)]
        if self.parent:
            foreign_key, parent_id = self.parent
            conditions.append(f"{column(alias, foreign_key)} = {parent_id}")
        if self.connection.where != TRUE:
            conditions.append(predicate(self.scope, alias, self.connection.where))
        if self.connection.live_only:
            conditions.append(is_live(alias))
        return conditions

    # Expressions over them

    def json(self, key: Constant | TotalCount | Edges | PageInfo) -> Json:
        match key:
            case Constant(_, value):
                return json_string(value)
            case TotalCount():
                return (Sql(self._total()),)
            case Edges(_, keys):
                return ("[", Sql(f"coalesce({self._aggregated(self._edge(keys))}, '')"), "]")
            case PageInfo(_, facts):
                return json_object((fact.key, self._fact(fact)) for fact in facts)

    def _total(self) -> str:
        alias = self.scope.alias()
        table = identifier(self.connection.object_type.table)
        return f"(SELECT count(*) FROM {table} {alias} WHERE {' AND '.join(self._conditions(alias))})::text"

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
            return (Sql(self._end_cursor(nearest=(fact.name == "startCursor") != self.connection.page.backward)),)
        if fact.name == self._fact_ahead:
            return (Sql(f"(count(*) > {self.size})::text"),)
        return (Sql(self._exists_behind()),)

    def _end_cursor(self, *, nearest: bool) -> str:
        """The cursor of the first row read, or of the last row of the page."""
        number, last = f"{self.rows}.{ROW_NUMBER}", f"least({self.rows}.row_count, {self.size})"
        where = f"{number} = 1 AND {self.size} > 0" if nearest else f"{number} = {last}"
        cursor = cursor_text(self.rows, self.connection.order)
        return f"coalesce('\"' || max({cursor}) FILTER (WHERE {where}) || '\"', 'null')"

    def _exists_behind(self) -> str:
        """Whether rows lie on the side that the page was not read towards."""
        page = self.connection.page
        if page.cursor is None and not page.offset:
            return "'false'"
        alias = self.scope.alias()
        conditions = self._conditions(alias)
        if page.cursor is not None:
            order = self.connection.order
            behind = beyond(self.scope, alias, order, page.cursor, backward=not page.backward, inclusive=True)
            conditions.append(behind)
        table = identifier(self.connection.object_type.table)
        return f"EXISTS (SELECT FROM {table} {alias} WHERE {' AND '.join(conditions)})::text"


def cursor_text(alias: str, order: Sequence[SortKey]) -> str:
    """The cursor of a row: URL-safe base64 of the JSON of its sort keys, composite parts nested."""
    fields: dict[str, list[tuple[str, Json]]] = {}
    plain: dict[str, Json] = {}
    for key in order:
        value = json_sort_value(alias, key.column)
        if key.column.part is None:
            plain[key.column.field] = value
        else:
            fields.setdefault(key.column.field, []).append((key.column.part, value))
            plain[key.column.field] = ()
    json = json_object((name, json_object(fields[name]) if name in fields else value) for name, value in plain.items())
    return f"translate(encode(convert_to({concatenated(json)}, 'UTF8'), 'base64'), E'+/=\\n', '-_')"
