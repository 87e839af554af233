"""Declarations → SQLModel columns, and the keys and indexes that every table has.

What was declared travels with the columns, in `Column.info`, to the catalog, which reads nothing else.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import Field
from sqlmodel.main import SQLModelMetaclass

from schema.declare import kinds, names
from schema.declare.columns import NOW, Column, Declaration, declared_columns
from schema.declare.traits import Traits

COLUMN, DECLARATION = "column", "declaration"  # keys of what a column of SQLAlchemy remembers
WORKSPACE = "workspace_id"
SEARCH_VECTOR = "searchVector"
LONGEST_RUN = 200  # characters without a space that are read as one; of a longer run, up to the next sign
_LONG_RUN = f"[!-~]{{{LONGEST_RUN}}}[0-9A-Za-z]*[!-/:-@[-`{{-~]"


class ObjectMeta(SQLModelMetaclass):
    """Turns the `Declaration`s in a class body into SQLModel fields, and its traits into keys and indexes."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any) -> Any:
        table = names.uncapital(name)
        declarations = {key: value for key, value in namespace.items() if isinstance(value, Declaration)}
        body = {key: value for key, value in namespace.items() if key not in declarations}
        annotations = {k: v for k, v in namespace.get("__annotations__", {}).items() if k not in declarations}
        keys = namespace["traits"].filled_keys if kwargs.get("table") else ()
        for field, declaration in declarations.items():
            for column in declared_columns(table, field, declaration, keys):
                body[column.name] = _sqlmodel_field(column, declaration)
                annotations[column.name] = Any
        if kwargs.get("table"):
            traits: Traits = namespace["traits"]
            body["__tablename__"] = table
            body["__table_args__"] = tuple(_keys_and_indexes(table, declarations, traits))
            if traits.search:
                body[SEARCH_VECTOR] = Field(
                    sa_type=pg.TSVECTOR, nullable=True, sa_column_args=(_search_vector(traits),)
                )
                annotations[SEARCH_VECTOR] = Any
        body["__annotations__"] = annotations
        return super().__new__(mcs, name, bases, body, **kwargs)


def kept(sql: str, default: str | None = None) -> Any:
    """A column that the server keeps for itself and that is no part of the API, with the SQL of its default."""
    server_default = None if default is None else sa.text(default)
    nullable = default is None or default.endswith("()")  # rows from before it have none
    return Field(sa_type=_SQL_TYPES[sql], nullable=nullable, sa_column_kwargs={"server_default": server_default})


def _keys_and_indexes(
    table: str, declarations: Mapping[str, Declaration], traits: Traits
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
        conditions = [f"\"{column}\" <> ''" for column in unique.columns if unique.not_empty]
        where = sa.text(" AND ".join([*conditions, '"deletedAt" IS NULL']))
        name = names.unique_index(table, *unique.columns)
        yield sa.Index(name, WORKSPACE, *unique.columns, unique=True, postgresql_where=where)
        # An upsert finds deleted records by the key too.
        deleted = names.index(table, *unique.columns, "deletedAt")
        yield sa.Index(deleted, WORKSPACE, *unique.columns, postgresql_where=sa.text('"deletedAt" IS NOT NULL'))
    for columns in traits.indexes:
        yield sa.Index(names.index(table, *columns), WORKSPACE, *columns)
    if traits.search:
        yield sa.Index(names.index(table, SEARCH_VECTOR), SEARCH_VECTOR, postgresql_using="gin")


def _search_vector(traits: Traits) -> sa.Computed:
    """The words of the searched columns; an e-mail address counts as two.

    PostgreSQL looks for the end of a comment, a path or a host from each place where one may begin, which takes the
    square of the length where none ends. So no comment begins, and a long run without spaces gets some, which cut no
    word. Texts that are too short for that to matter go as they are, since that is cheaper.
    """
    texts = [
        f"replace(\"{column}\", '@', ' ')" if column in traits.search_addresses else f'"{column}"'
        for column in traits.search
    ]
    document = " || ' ' || ".join(texts)
    broken = f"regexp_replace(replace({document}, '<!--', ' '), '{_LONG_RUN}', '\\& ', 'g')"
    return sa.Computed(
        f"to_tsvector('simple'::regconfig, CASE WHEN octet_length({document}) <= {LONGEST_RUN}"
        f" THEN {document} ELSE {broken} END)",
        persisted=True,
    )


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
