"""The model as a value: objects, fields, columns and relations, frozen.

Everything downstream (GraphQL types, plans, SQL, REST routes, tests) takes the catalog that it is given; there is no
module-level catalog, since workspaces may one day add objects and fields of their own. `loading` makes one of the
declarations.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from schema.declare import kinds, names
from schema.declare.columns import Column, KeyColumn
from schema.declare.composites import Composite, Options
from schema.declare.tables import FOLDED
from schema.declare.traits import Traits

__all__ = ["Catalog", "Column", "Field", "KeyColumn", "ObjectType", "Relation"]


@dataclass(frozen=True, eq=False)
class Field:
    """One field of an object that is not a relation: `columns` has one column, or one for each part of `composite`.

    `check` refuses a value that is to be stored, with BadUserInput; `example` is one that it lets through.
    """

    name: str
    columns: tuple[Column, ...]
    composite: Composite | None
    nullable: bool
    default: Any
    unique: bool
    is_foreign_key: bool
    alias: str | None
    check: Callable[[Any], None] | None = None
    example: Any = None

    @property
    def names(self) -> tuple[str, ...]:
        """What clients call it: its name, then its alias."""
        return (self.name, self.alias) if self.alias else (self.name,)

    @property
    def column(self) -> Column:
        """The only column of a field that is not composite."""
        assert self.composite is None, f"{self.name} is composite"
        return self.columns[0]

    @cached_property
    def by_part(self) -> Mapping[str | None, Column]:
        """The columns of a composite by the names of its parts."""
        return {column.part: column for column in self.columns}

    @cached_property
    def keyed(self) -> tuple[Column, ...]:
        """The columns of a composite that the key of its value is made of, that of the value first."""
        identity = self.composite.identity if self.composite else None
        return tuple(self.by_part[part] for part in identity.parts) if identity else ()

    @property
    def kind_name(self) -> str:
        """The field type of the metadata API."""
        return self.composite.name if self.composite else self.columns[0].kind.name

    @property
    def required_on_create(self) -> bool:
        return not self.nullable and self.default is None and self.composite is None and self.name != "id"


@dataclass(frozen=True, eq=False)
class Relation:
    """One end of a relation, on the object `source`, which leads to the object `target`.

    On the to-one end, `foreign_key` is a column of the source; on the to-many end, a column of the target. `objects`
    are those of the catalog that the relation belongs to.
    """

    name: str
    source: str
    target: str
    inverse: str
    foreign_key: str
    is_to_many: bool
    nullable: bool
    cascade: bool
    soft_cascade: bool
    alias: str | None
    objects: Mapping[str, "ObjectType"] = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """What clients call it: its name, then its alias."""
        return (self.name, self.alias) if self.alias else (self.name,)

    @cached_property
    def source_type(self) -> "ObjectType":
        return self.objects[self.source]

    @cached_property
    def target_type(self) -> "ObjectType":
        return self.objects[self.target]

    @cached_property
    def key(self) -> Column:
        """The column of the foreign key, on the end that holds it."""
        return (self.target_type if self.is_to_many else self.source_type).columns[self.foreign_key]


@dataclass(frozen=True, eq=False)
class ObjectType:
    """One object. `fields` and `relations` stand in the order in which they are answered, by their own names."""

    name: str
    fields: Mapping[str, Field]
    relations: Mapping[str, Relation]
    traits: Traits
    description: str

    @property
    def table(self) -> str:
        return self.name

    @property
    def plural(self) -> str:
        return self.traits.plural

    @property
    def type_name(self) -> str:
        return names.capital(self.name)

    @property
    def is_credential(self) -> bool:
        return self.traits.credential

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The names of fields and relations by their aliases."""
        items: tuple[Field | Relation, ...] = (*self.fields.values(), *self.relations.values())
        return {item.alias: item.name for item in items if item.alias}

    def field_named(self, name: str) -> Field | None:
        """The field that clients call so."""
        return self.fields.get(self.aliases.get(name, name))

    def relation_named(self, name: str) -> Relation | None:
        """The relation that clients call so."""
        return self.relations.get(self.aliases.get(name, name))

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        return {column.name: column for field in self.fields.values() for column in field.columns}

    @cached_property
    def stored(self) -> Mapping[str, Column]:
        """The columns and, after them, those of their keys, which are no part of the API."""
        return {**self.columns, **{column.key.name: column.key for column in self.columns.values() if column.key}}

    @cached_property
    def uniques(self) -> tuple[tuple[Column, ...], ...]:
        """For each of what is unique, the columns by which it is compared."""
        return tuple(tuple(self.columns[name].compared for name in key.columns) for key in self.traits.unique)

    @cached_property
    def criteria(self) -> tuple[tuple[Column, ...], ...]:
        """For each criterion of Find Duplicates, the columns by which it is compared."""
        return tuple(tuple(self.columns[name].compared for name in names) for names in self.traits.criteria)

    @cached_property
    def position(self) -> Column | None:
        """The column that orders records by hand, where there is one."""
        return next((column for column in self.columns.values() if column.kind is kinds.POSITION), None)

    @cached_property
    def actor(self) -> Field | None:
        """The field that says who created a record, where there is one."""
        return next((field for field in self.fields.values() if field.kind_name == "ACTOR"), None)

    @cached_property
    def searched_paths(self) -> tuple[str, ...]:
        """The fields whose texts are searched."""
        return tuple(self.columns[name].path for name in self.traits.search)

    @cached_property
    def joined_by(self) -> tuple[tuple[str, ...], ...]:
        """The pairs of foreign keys that a record joins two others by: where both are the same, so is the record."""
        keys = {relation.foreign_key for relation in self.to_one}
        return tuple(pair for pair in self.traits.duplicates if len(pair) > 1 and keys.issuperset(pair))

    @cached_property
    def to_one(self) -> tuple[Relation, ...]:
        return tuple(relation for relation in self.relations.values() if not relation.is_to_many)

    @cached_property
    def to_many(self) -> tuple[Relation, ...]:
        return tuple(relation for relation in self.relations.values() if relation.is_to_many)


@dataclass(frozen=True, eq=False)
class Catalog:
    """All objects by their singular name, and the tables that hold them."""

    objects: Mapping[str, ObjectType]
    metadata: sa.MetaData

    @cached_property
    def by_plural(self) -> Mapping[str, ObjectType]:
        return {object_type.plural: object_type for object_type in self.objects.values()}

    @cached_property
    def audit_trail(self) -> ObjectType | None:
        """What the audit trail is made of, where there is one."""
        return next((found for found in self.objects.values() if found.traits.audit_trail), None)

    @cached_property
    def timeline(self) -> ObjectType | None:
        """What the timelines of records are made of, where there is such an object."""
        return next((found for found in self.objects.values() if found.traits.timeline), None)

    @cached_property
    def on_timelines(self) -> tuple[str, ...]:
        """The names of the objects whose events are on timelines: of their own records, or of those attached to."""
        return tuple(
            found.name
            for found in self.objects.values()
            if found.traits.audited and (not found.traits.system or found.traits.attaches)
        )

    @cached_property
    def enums(self) -> Mapping[str, Options]:
        """Every enum, once, by name."""
        columns = (column for object_type in self.objects.values() for column in object_type.columns.values())
        return {column.options.name: column.options for column in columns if column.options}

    @cached_property
    def indexes(self) -> Mapping[str, tuple[Column, ...]]:
        """The columns of each index, the workspace aside, by its name in the database."""
        found = {name: columns for name, (_, columns) in self.constraints.items()}
        for object_type in self.objects.values():
            for index in self.metadata.tables[object_type.table].indexes:
                own = [
                    object_type.stored[name]
                    for name in map(attrgetter("name"), index.columns)
                    if name in object_type.stored
                ]
                found[str(index.name)] = tuple(own)
            for criterion in object_type.criteria:  # whose indexes are on expressions
                columns = [column.name for column in criterion]
                for name in (
                    names.index(object_type.table, *columns),
                    names.index(object_type.table, *columns, FOLDED),
                ):
                    if name in found:
                        found[name] = criterion
        return found

    @cached_property
    def indexed_texts(self) -> Mapping[str, tuple[Column, ...]]:
        """The texts of each object, by its name, that an index holds whole. Keys were not too long before."""
        tables = {name: self.metadata.tables[found.table] for name, found in self.objects.items()}
        held = {
            name: {column for index in table.indexes for column in self.indexes[str(index.name)]}
            for name, table in tables.items()
        }
        return {
            name: tuple(c for c in columns if c.kind.sql == "text" and not isinstance(c, KeyColumn))
            for name, columns in held.items()
        }

    @cached_property
    def constraints(self) -> Mapping[str, tuple[ObjectType, tuple[Column, ...]]]:
        """What a key or unique index is about, the workspace aside, by its name in the database."""
        found: dict[str, tuple[ObjectType, tuple[Column, ...]]] = {}
        for object_type in self.objects.values():
            columns = object_type.columns
            found[names.primary_key(object_type.table)] = (object_type, (columns["id"],))
            for relation in object_type.to_one:
                found[names.foreign_key(object_type.table, relation.foreign_key)] = (object_type, (relation.key,))
            for unique, own in zip(object_type.traits.unique, object_type.uniques, strict=True):
                found[names.unique_index(object_type.table, *unique.columns)] = (object_type, own)
        return found
