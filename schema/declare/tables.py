"""Declarations → SQLModel columns, and the keys and indexes that every table has.

What was declared travels with the columns, in `Column.info`, to the catalog, which reads nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import Field
from sqlmodel.main import SQLModelMetaclass

from schema.declare import kinds, names
from schema.declare.columns import NOW, Column, Declaration, Indexed, KeyColumn, declared_columns
from schema.declare.folding import folded_beyond_ascii, is_ascii, sorted_text
from schema.declare.searching import search_vector
from schema.declare.traits import Traits, Unique

COLUMN, DECLARATION = "column", "declaration"  # keys of what a column of SQLAlchemy remembers
WORKSPACE = "workspace_id"
SEARCH_VECTOR = "searchVector"
FOLDED = "folded"  # ends the name of an index


class ObjectMeta(SQLModelMetaclass):
    """Turns the `Declaration`s in a class body into SQLModel fields, and its traits into keys and indexes."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any) -> Any:
        table = names.uncapital(name)
        declarations = {key: value for key, value in namespace.items() if isinstance(value, Declaration)}
        body = {key: value for key, value in namespace.items() if key not in declarations}
        annotations = {k: v for k, v in namespace.get("__annotations__", {}).items() if k not in declarations}
        indexed = _indexed(namespace["traits"]) if kwargs.get("table") else Indexed()
        columns: dict[str, Column] = {}
        for field, declaration in declarations.items():
            for column in declared_columns(table, field, declaration, indexed):
                body[column.name] = _sqlmodel_field(column, declaration)
                columns[column.name] = column
        keys = _keys(columns)
        body |= keys
        annotations |= dict.fromkeys((*columns, *keys), Any)
        if kwargs.get("table"):
            traits: Traits = namespace["traits"]
            body["__tablename__"] = table
            body["__table_args__"] = tuple(_keys_and_indexes(table, declarations, columns, traits))
            if traits.search:
                body[SEARCH_VECTOR] = Field(
                    sa_type=pg.TSVECTOR, nullable=True, sa_column_args=(_search_vector(columns, traits),)
                )
                annotations[SEARCH_VECTOR] = Any
        body["__annotations__"] = annotations
        return super().__new__(mcs, name, bases, body, **kwargs)


def kept(sql: str, default: str | None = None) -> Any:
    """A column that the server keeps for itself and that is no part of the API, with the SQL of its default."""
    server_default = None if default is None else sa.text(default)
    nullable = default is None or default.endswith("()")  # rows from before it have none
    return Field(sa_type=_SQL_TYPES[sql], nullable=nullable, sa_column_kwargs={"server_default": server_default})


def _indexed(traits: Traits) -> Indexed:
    found = {name for criterion in traits.criteria for name in criterion} if traits.deduplicated else ()
    return Indexed(traits.filled_keys, found)


def _keys(columns: Mapping[str, Column]) -> dict[str, Any]:
    """The columns of keys, and of what sets them apart."""
    found: dict[str, Any] = {}
    for key in (column.key for column in columns.values() if column.key):
        found[key.name] = Field(
            sa_type=_sql_type(key),
            nullable=key.nullable,
            sa_column_kwargs={"server_default": _server_default(key)},
        )
        if key.apart:
            found[key.apart] = Field(
                sa_type=sa.Integer, nullable=False, sa_column_kwargs={"server_default": sa.text("0")}
            )
    return found


def _keys_and_indexes(
    table: str, declarations: Mapping[str, Declaration], columns: Mapping[str, Column], traits: Traits
) -> Iterator[sa.Constraint | sa.Index]:
    yield sa.PrimaryKeyConstraint(WORKSPACE, "id", name=names.primary_key(table))
    yield sa.Index(names.index(table, "createdAt"), WORKSPACE, "createdAt", "id")
    for field, declaration in declarations.items():
        if declaration.target:
            target = (f"{declaration.target}.{WORKSPACE}", f"{declaration.target}.id")
            yield sa.ForeignKeyConstraint((WORKSPACE, field), target, name=names.foreign_key(table, field))
            yield sa.Index(names.index(table, field), WORKSPACE, field, "id")
        if declaration.kind is kinds.POSITION:
            yield sa.Index(names.index(table, field), WORKSPACE, field, "id")
    for unique in traits.unique:
        yield from _unique(table, unique, [columns[name].compared for name in unique.columns])
    for column in columns.values():
        yield from _keys_index(table, column, traits)
    if traits.deduplicated:
        for criterion in traits.criteria:
            yield from _texts_index(table, [columns[name] for name in criterion])
    for indexed in traits.indexes:
        yield sa.Index(names.index(table, *indexed), WORKSPACE, *indexed)
    if traits.search:
        yield sa.Index(names.index(table, SEARCH_VECTOR), SEARCH_VECTOR, postgresql_using="gin")


def _keys_index(table: str, column: Column, traits: Traits) -> Iterator[sa.Index]:
    """The index of keys that are not unique, named by the column of the values.

    An upsert finds records by the other values beside a unique one, too; of lists, PostgreSQL has no index that begins
    with the workspace.
    """
    key = column.key
    if key is None or key.apart:
        return
    if key.indexed_if_filled:
        filled = sa.text(f"\"{key.name}\" <> ''")
        yield sa.Index(names.index(table, column.name), WORKSPACE, key.name, postgresql_where=filled)
    elif key.identity.by_others and names.column(key.field, key.identity.parts[0]) in traits.filled_keys:
        yield sa.Index(
            names.index(table, column.name),
            key.name,
            postgresql_using="gin",
            postgresql_ops={key.name: "jsonb_path_ops"},
            postgresql_where=sa.text(f'"{key.name}" IS NOT NULL'),
        )


def _texts_index(table: str, criterion: Sequence[Column]) -> Iterator[sa.Index]:
    """The indexes of a criterion of texts: of what they are sorted by, and of what those beyond ASCII fold to.

    What is plain ASCII folds to what it is sorted by. A criterion with a reference is found by the reference's index.
    """
    if not all(column.kind is kinds.TEXT and column.key is None for column in criterion):
        return
    own = [f'"{column.name}"' for column in criterion]
    name = [column.name for column in criterion]
    in_order = [sa.text(f"({sorted_text(text)})") for text in own]
    yield sa.Index(names.index(table, *name), WORKSPACE, *in_order, "id")
    folds = [sa.text(f"({folded_beyond_ascii(text)})") for text in own]
    beyond = sa.text(f"NOT ({is_ascii(' || '.join(own))})")
    yield sa.Index(names.index(table, *name, FOLDED), WORKSPACE, *folds, postgresql_where=beyond)


def _unique(table: str, unique: Unique, compared: list[Column]) -> Iterator[sa.Index]:
    """The index of what is unique, and that of deleted records, which an upsert finds by it too.

    They are named by the columns of the values, and hold the keys of these where there are some.
    """
    own = [column.name for column in compared]
    apart = [column.apart for column in compared if isinstance(column, KeyColumn) and column.apart]
    filled = [f"\"{name}\" <> ''" for name in own if unique.not_empty]
    where = sa.text(" AND ".join([*filled, '"deletedAt" IS NULL']))
    name = names.unique_index(table, *unique.columns)
    yield sa.Index(name, WORKSPACE, *own, *apart, unique=True, postgresql_where=where)
    deleted = names.index(table, *unique.columns, "deletedAt")
    yield sa.Index(deleted, WORKSPACE, *own, postgresql_where=sa.text('"deletedAt" IS NOT NULL'))


def _search_vector(columns: Mapping[str, Column], traits: Traits) -> sa.Computed:
    """Of the searched columns, and of all e-mails, links and phones."""
    texts = [f'"{name}"' for name in traits.search if columns[name].key is None]
    first = [column for column in columns.values() if column.key and column.part == column.key.identity.parts[0]]
    texts += [_searched(columns, column, column.key) for column in first if column.key]
    return sa.Computed(search_vector(texts), persisted=True)


def _searched(columns: Mapping[str, Column], value: Column, key: KeyColumn) -> str:
    others = columns[names.column(value.field, key.identity.others)]
    assert others.key, f"{others.name} has no keys"
    of_columns = {"value": value, "key": key, "others": others, "other_keys": others.key}
    return key.identity.searched.format(**{name: f'"{column.name}"' for name, column in of_columns.items()})


def _sqlmodel_field(column: Column, declaration: Declaration) -> Any:
    return Field(
        sa_type=_sql_type(column),
        nullable=column.nullable,
        sa_column_kwargs={
            "info": {COLUMN: column, DECLARATION: declaration},
            "server_default": _server_default(column),
        },
    )


_SQL_TYPES: Mapping[str, Any] = {
    "uuid": sa.Uuid(),
    "text": sa.Text(),
    "boolean": sa.Boolean(),
    "timestamptz": pg.TIMESTAMP(timezone=True, precision=3),
    "float8": sa.Double(),
    "numeric": sa.Numeric(),
    "jsonb": pg.JSONB(),
}


def _sql_type(column: Column) -> Any:
    sql_type = _SQL_TYPES.get(column.kind.sql)
    if sql_type is None:
        assert column.options is not None, f"{column.field} declares no options"
        sql_type = pg.ENUM(*column.options.values, name=column.options.name, create_type=False)
    return pg.ARRAY(sql_type) if column.kind.is_list else sql_type


def _server_default(column: Column) -> Any:
    default = column.default
    if default is NOW:
        return sa.text("now()")
    if default is None:
        return None
    if isinstance(default, bool):
        return sa.text(str(default).lower())
    if isinstance(default, int | float):
        return sa.text(f"'{default}'::double precision") if default else sa.text("0")
    if isinstance(default, str):
        return sa.text(f"'{default}'::text" if column.options is None else f"'{default}'::\"{column.options.name}\"")
    if column.kind is kinds.ARRAY:
        return sa.text("'{" + ",".join(default) + "}'::text[]")
    return sa.text("'{}'::jsonb" if default == {} else "'[]'::jsonb")
