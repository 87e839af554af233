"""Declarations → the catalog: reads the tables of the models once, and what was declared of each column."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from schema.catalog.model import Catalog, Column, Field, ObjectType, Relation
from schema.declare import names
from schema.declare.columns import Declaration
from schema.declare.tables import COLUMN, DECLARATION
from schema.declare.traits import Traits
from schema.objects import MODELS
from schema.objects.record import Record
from schema.values.model import Model


def load(models: Iterable[type[Record]] = MODELS) -> Catalog:
    """The catalog of `models`. Raises ValueError where an object's traits order relations that it does not have."""
    models = tuple(models)
    objects: dict[str, ObjectType] = {}
    relations = [relation for model in models for relation in _relations(model, objects)]
    for model in models:
        name = names.uncapital(model.__name__)
        objects[name] = ObjectType(
            name=name,
            fields=_fields(model, objects),
            relations=_in_order(name, model.traits, [relation for relation in relations if relation.source == name]),
            traits=model.traits,
            description=(model.__doc__ or "").strip(),
        )
    return Catalog(objects, Record.metadata)


def _in_order(name: str, traits: Traits, relations: Iterable[Relation]) -> Mapping[str, Relation]:
    """The relations of an object by name: those that its traits name in that order, then the others."""
    found = {relation.name: relation for relation in relations}
    unknown = [relation for relation in traits.relations if relation not in found]
    if unknown:
        raise ValueError(f"{name}: there are no relations {unknown}")
    return {relation: found[relation] for relation in dict.fromkeys((*traits.relations, *found))}


def _table(model: type[Record]) -> sa.Table:
    table = model.__table__  # type: ignore[attr-defined]
    assert isinstance(table, sa.Table)
    return table


def _fields(model: type[Record], objects: Mapping[str, ObjectType]) -> dict[str, Field]:
    """Own fields in the order of their declaration, then the base fields, then foreign keys."""
    declared: dict[str, Declaration] = {}
    columns: dict[str, list[Column]] = {}
    for stored in _table(model).columns:
        if COLUMN in stored.info:
            column: Column = stored.info[COLUMN]
            declared[column.field] = stored.info[DECLARATION]
            columns.setdefault(column.field, []).append(column)
    fields = [
        _field(name, tuple(columns[name]), declaration, model.traits, objects) for name, declaration in declared.items()
    ]
    base = set(Record.model_fields)
    own = [field for field in fields if field.name not in base and not field.is_foreign_key]
    foreign_keys = [field for field in fields if field.is_foreign_key]
    inherited = [field for field in fields if field.name in base]
    return {field.name: field for field in (*own, *inherited, *foreign_keys)}


def _field(
    name: str,
    columns: tuple[Column, ...],
    declaration: Declaration,
    traits: Traits,
    objects: Mapping[str, ObjectType],
) -> Field:
    own = {column.name for column in columns}
    check = declaration.check
    return Field(
        name=name,
        columns=columns,
        composite=declaration.composite,
        nullable=declaration.nullable,
        default=declaration.default,
        unique=any(own.issuperset(unique.columns) for unique in traits.unique),
        is_foreign_key=declaration.target is not None,
        alias=declaration.alias,
        example=declaration.example,
        check=check and (lambda value: check(value, name, model_of(objects))),
    )


def model_of(objects: Mapping[str, ObjectType]) -> Model:
    """What values may name of the objects."""
    return Model({name: one.fields for name, one in objects.items()}, tuple(one.plural for one in objects.values()))


def _relations(model: type[Record], objects: Mapping[str, ObjectType]) -> Iterable[Relation]:
    """Both ends of each foreign key of a model."""
    source = names.uncapital(model.__name__)
    for column in _table(model).columns:
        declaration: Declaration | None = column.info.get(DECLARATION)
        if declaration is None or declaration.target is None:
            continue
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
