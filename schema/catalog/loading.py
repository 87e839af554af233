"""Declarations → the catalog: reads the tables of the models once, and what was declared of each column."""

from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa

from schema.catalog.model import Catalog, Column, Field, ObjectType, Relation
from schema.declare import names
from schema.declare.columns import DeclaredColumn
from schema.declare.tables import DECLARED, SEARCH_VECTOR, WORKSPACE
from schema.objects import MODELS
from schema.objects.record import Record


def load(models: Iterable[type[Record]] = MODELS) -> Catalog:
    """The catalog of `models`. Raises ValueError where an object's `relations` do not name just its relations."""
    models = tuple(models)
    objects: dict[str, ObjectType] = {}
    relations = [relation for model in models for relation in _relations(model, objects)]
    for model in models:
        name = names.uncapital(model.__name__)
        found = {relation.name: relation for relation in relations if relation.source == name}
        if set(found) != set(model.traits.relations):
            raise ValueError(f"{name}: relations {sorted(found)} are not the listed {sorted(model.traits.relations)}")
        objects[name] = ObjectType(
            name=name,
            fields=_fields(model),
            relations={relation: found[relation] for relation in model.traits.relations},
            traits=model.traits,
            description=(model.__doc__ or "").strip(),
        )
    return Catalog(objects, Record.metadata)


def _table(model: type[Record]) -> sa.Table:
    table = model.__table__  # type: ignore[attr-defined]
    assert isinstance(table, sa.Table)
    return table


def _fields(model: type[Record]) -> dict[str, Field]:
    """Own fields in the order of their declaration, then the base fields, then foreign keys."""
    grouped: dict[str, list[tuple[str, DeclaredColumn]]] = {}
    for column in _table(model).columns:
        if column.name not in (WORKSPACE, SEARCH_VECTOR):
            declared: DeclaredColumn = column.info[DECLARED]
            grouped.setdefault(declared.field, []).append((column.name, declared))
    keys = {column for unique in model.traits.unique if unique.not_empty for column in unique.columns}
    fields = [_field(name, columns, keys) for name, columns in grouped.items()]
    base = set(Record.model_fields)
    own = [field for field in fields if field.name not in base and not field.is_foreign_key]
    foreign_keys = [field for field in fields if field.is_foreign_key]
    inherited = [field for field in fields if field.name in base]
    return {field.name: field for field in (*own, *inherited, *foreign_keys)}


def _field(name: str, columns: list[tuple[str, DeclaredColumn]], keys: Collection[str]) -> Field:
    declaration = columns[0][1].declaration
    return Field(
        name=name,
        columns=tuple(
            Column(
                name=column_name,
                field=name,
                part=declared.part,
                kind=declared.kind,
                nullable=declared.nullable,
                default=declared.default,
                options=declared.options,
                read_only=declared.read_only,
                secret=declaration.secret,
                normalise=declared.normalise,
                unique_if_filled=column_name in keys,
            )
            for column_name, declared in columns
        ),
        composite=declaration.composite,
        nullable=declaration.nullable,
        default=declaration.default,
        unique=declaration.unique,
        is_foreign_key=declaration.target is not None,
        alias=declaration.alias,
    )


def _relations(model: type[Record], objects: Mapping[str, ObjectType]) -> Iterable[Relation]:
    """Both ends of each foreign key of a model."""
    source = names.uncapital(model.__name__)
    for column in _table(model).columns:
        declared: DeclaredColumn | None = column.info.get(DECLARED)
        if declared is None or declared.declaration.target is None:
            continue
        declaration = declared.declaration
        assert declaration.target and declaration.inverse
        forward = names.relation(column.name)
        alias = names.relation(declaration.alias) if declaration.alias else None
        for name, here, there, inverse, is_to_many in (
            (forward, source, declaration.target, declaration.inverse, False),
            (declaration.inverse, declaration.target, source, forward, True),
        ):
            yield Relation(
                name=name,
                source=here,
                target=there,
                inverse=inverse,
                foreign_key=column.name,
                is_to_many=is_to_many,
                nullable=declaration.nullable,
                cascade=declaration.cascade,
                soft_cascade=declaration.soft_cascade,
                objects=objects,
                alias=None if is_to_many else alias,
            )
