"""The arguments of a mutation → a change: values checked, normalised and completed with their defaults."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any
from uuid import UUID

from schema.catalog.model import Catalog, Column, Field, ObjectType
from schema.catalog.operators import OPERATORS
from schema.context import Caller, Limits
from schema.declare import kinds
from schema.declare.traits import Unique
from schema.errors import BadUserInput
from schema.plan.aliases import unaliased
from schema.plan.column_values import ABSENT, SECRET_MASK, stored_columns, stored_lists, this_moment
from schema.plan.destruction import cleared_along, destroyed_along
from schema.plan.filters import condition, mentions_deleted
from schema.plan.linking import Linker
from schema.plan.nodes import (
    TRUE,
    Compare,
    Condition,
    Connected,
    Create,
    Destroy,
    Links,
    Restore,
    SoftDelete,
    Target,
    UniqueKey,
    Update,
    Upsert,
)
from schema.plan.operands import parameter, record_id
from schema.types.scalars import POSITIONS
from schema.values.ids import new_id, new_ids

UPDATED_AT = "updatedAt"
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Writer:
    """Plans the writes of one request."""

    catalog: Catalog
    caller: Caller
    limits: Limits

    def create(self, object_type: ObjectType, records: Sequence[Data]) -> Create:
        """New records in the order given, and what their relations bring along."""
        self._check_size(len(records))
        records = [unaliased(object_type, record) for record in records] if object_type.aliases else records
        if object_type.relations.keys().isdisjoint(chain.from_iterable(records)):
            return self.rows(object_type, records)
        linker = Linker(self.catalog)
        plain = []
        for record in records:
            own_id = new_id() if record.get("id") is None else record_id(record["id"])
            plain.append({**linker.plain(object_type, record, own_id), "id": own_id})
        created = self.rows(object_type, plain, connected=bool(linker.lookups))
        return replace(created, links=self._links(linker, len(records)))

    def _links(self, linker: Linker, records: int) -> Links:
        self._check_size(records + sum(map(len, linker.created.values())))
        created = (
            self.rows(self.catalog.objects[name], data, connected=bool(linker.lookups))
            for name, data in linker.created.items()
        )
        return Links(tuple(linker.lookups), tuple(created), tuple(linker.attached))

    def _check_size(self, records: int) -> None:
        if records > self.limits.max_batch_size:
            raise BadUserInput(f"Maximum number of records to create is {self.limits.max_batch_size}.")

    def rows(self, object_type: ObjectType, records: Sequence[Data], *, connected: bool = False) -> Create:
        """New records without relations. A column that no record gives is left to its default in the database.

        Only where they are `connected` can a key be that of a look-up.
        """
        names = dict.fromkeys(chain.from_iterable(records))
        ids, ascending = new_ids(len(records)), True
        for n, record in enumerate(records if "id" in names else ()):
            if record.get("id") is not None:
                ids[n], ascending = record_id(record["id"]), False
        values = self._created(object_type, records, names)
        shared: Mapping[Column, Any] = {}
        if object_type.actor:
            sources, shared = self._actor(object_type.actor, records if object_type.actor.name in names else ())
            values |= sources
        position, places = object_type.position, None
        if position and position.field in names:
            numbers = [record.get(position.field) for record in records]
            values[position] = [None if number in (None, *POSITIONS) else number for number in numbers]
            places = [_place(object_type, record) for record in records]
        columns = tuple([column for column in object_type.columns.values() if column in values])
        return Create(
            object_type=object_type,
            columns=columns,
            values=tuple([values[column] for column in columns]),
            ids=ids,
            ascending=ascending,
            shared=tuple(shared.items()),
            places=places,
            looked_up=tuple(c.name for c in columns if _some_connected(values[c])) if connected else (),
        )

    def upsert(self, object_type: ObjectType, records: Sequence[Data]) -> Upsert:
        """Records to create, or to update where their id or a unique key is known. Refuses a key that comes twice."""
        self._check_size(len(records))
        linker = Linker(self.catalog)
        records = [linker.plain(object_type, record, None) for record in records]
        if linker.lookups or linker.created:
            raise BadUserInput("With upsert, relations can only be connected by id")
        masked = frozenset(n for n, record in enumerate(records) if _masked(object_type, record))
        records = [_without_mask(object_type, record) for record in records]
        create = self.rows(object_type, records)
        ids = UniqueKey(
            (object_type.columns["id"],),
            tuple((create.ids[n],) if record.get("id") is not None else None for n, record in enumerate(records)),
        )
        given = tuple(_given(object_type, record) for record in records)
        keys = (ids, *(_unique_key(object_type, unique, create, given) for unique in object_type.traits.unique))
        for key in keys:
            _refuse_twice(key)
        return Upsert(create, keys, given, masked)

    def update(self, target: Target, data: Data, own_id: UUID | None) -> Update:
        """New values for existing rows. The record's own `id` may stand in the data of an update of one."""
        if data.get("id") is not None and record_id(data["id"]) != own_id:
            raise BadUserInput("The id of a record cannot be changed")
        values: dict[str, tuple[Column, Any]] = {}
        object_type, now = target.object_type, this_moment()
        linker = Linker(self.catalog)
        data = linker.plain(object_type, data, own_id)
        if own_id is None and linker.created:
            raise BadUserInput("Nested creates are not possible where many records are written at once")
        for name, value in data.items():
            if name in ("id", UPDATED_AT) or (_is_position(object_type, name) and value in (None, *POSITIONS)):
                continue
            for column, stored in stored_columns(object_type.fields[name], value, now).items():
                if not (column.secret and stored == SECRET_MASK):
                    values[column.name] = (column, stored)
        moves = object_type.position is not None and object_type.position.field in data
        place = _place(object_type, data) if moves else None
        return Update(target, tuple(values.values()), place, self._links(linker, 0))

    def soft_delete(self, target: Target) -> SoftDelete:
        return SoftDelete(target, tuple(r for r in target.object_type.to_many if r.soft_cascade))

    def restore(self, target: Target) -> Restore:
        return Restore(target, tuple(r for r in target.object_type.to_many if r.soft_cascade))

    def destroy(self, target: Target) -> Destroy:
        destroyed = destroyed_along(self.catalog, target.object_type)
        return Destroy(target, destroyed, cleared_along(self.catalog, destroyed))

    # Targets

    def one(self, object_type: ObjectType, own_id: UUID, *, deleted: bool | None) -> Target:
        return Target(object_type, _is(object_type, own_id), deleted, limit=1)

    def many(self, object_type: ObjectType, filter: Data | None, *, deleted: bool | None) -> Target:
        """The rows that a filter matches; it must state a condition."""
        where = condition(self.catalog, object_type, filter)
        if filter is None or where == TRUE:
            raise BadUserInput("A non-empty filter is required")
        return Target(object_type, where, deleted, self.limits.max_affected_records, _list_order(where))

    def visible(self, object_type: ObjectType, filter: Data | None) -> Target:
        """As `many`, of live rows unless the filter mentions `deletedAt`."""
        return self.many(object_type, filter, deleted=None if mentions_deleted(filter) else False)

    def _created(
        self, object_type: ObjectType, records: Sequence[Data], names: Iterable[str]
    ) -> dict[Column, list[Any]]:
        """The values of each column that some record gives. `names` are those of the fields given."""
        now = this_moment()
        position, actor = object_type.position, object_type.actor
        kept = {"id", position and position.field, actor and actor.name}
        values: dict[Column, list[Any]] = {}
        for name in names:
            if name not in kept:
                given = [record.get(name, ABSENT) for record in records]
                values |= stored_lists(object_type.fields[name], given, now)
        for column, stored in values.items():
            if column.secret and SECRET_MASK in stored:
                raise BadUserInput(f'Invalid value for field "{column.path}": the mask of a secret is not a secret')
        return values

    def _actor(self, field: Field, records: Sequence[Data]) -> tuple[Mapping[Column, list[Any]], Mapping[Column, Any]]:
        """Who creates: the caller, of all records alike. Of what the client gives, sources are kept."""
        columns, caller = field.by_part, self.caller
        source = columns["source"]
        caller_columns: dict[Column, Any] = {columns["name"]: caller.name}
        if caller.workspace_member_id:
            caller_columns[columns["workspaceMemberId"]] = caller.workspace_member_id
        given = [(record.get(field.name) or {}).get("source") for record in records]
        if not any(given):
            return {}, {source: caller.source, **caller_columns}
        return {source: [parameter(source, one or caller.source) for one in given]}, caller_columns


def _some_connected(values: Sequence[Any]) -> bool:
    return any(isinstance(value, Connected) for value in values)


def _masked(object_type: ObjectType, record: Data) -> bool:
    return any(value == SECRET_MASK and object_type.fields[name].columns[0].secret for name, value in record.items())


def _without_mask(object_type: ObjectType, record: Data) -> Data:
    return {
        name: value
        for name, value in record.items()
        if not (object_type.fields[name].columns[0].secret and value == SECRET_MASK)
    }


def _given(object_type: ObjectType, record: Data) -> frozenset[str]:
    """The columns that a record gives and an existing one takes over: not who created it, when, and where it stands."""
    kept = {"id", "createdAt", UPDATED_AT}
    kept |= {field.name for field in (object_type.actor,) if field}
    kept |= {column.field for column in (object_type.position,) if column}
    now = this_moment()
    return frozenset(
        column.name
        for name, value in record.items()
        if name not in kept
        for column in stored_columns(object_type.fields[name], value, now)
    )


def _unique_key(object_type: ObjectType, unique: Unique, create: Create, given: Sequence[frozenset[str]]) -> UniqueKey:
    columns = tuple(object_type.columns[name] for name in unique.columns)
    stored = dict(zip(create.columns, create.values, strict=True))
    values: list[tuple[Any, ...] | None] = []
    for n, names in enumerate(given):
        found = tuple(stored[column][n] if column.name in names else None for column in columns)
        values.append(None if any(value in (None, "") for value in found) else found)
    return UniqueKey(columns, tuple(values))


def _refuse_twice(key: UniqueKey) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for n, value in enumerate(key.values):
        if value is not None and seen.setdefault(value, n) != n:
            raise BadUserInput(f"Records {seen[value]} and {n} of the batch have the same {key.name}")


def _is_position(object_type: ObjectType, name: str) -> bool:
    return object_type.position is not None and object_type.position.field == name


def _place(object_type: ObjectType, data: Data) -> str | None:
    """Where a record goes that gives no number: to the front, and to the end where it gives null."""
    assert object_type.position
    name = object_type.position.field
    if name not in data:
        return "first"
    value = data[name]
    if value is None:
        return "last"
    return value if value in POSITIONS else None


def _is(object_type: ObjectType, own_id: UUID) -> Condition:
    identity = object_type.columns["id"]
    return Compare(identity, OPERATORS[kinds.ID]["eq"], own_id)


def _list_order(where: Condition) -> tuple[UUID, ...] | None:
    """The order of the answer, where the filter is just a list of ids."""
    if isinstance(where, Compare) and where.column.name == "id" and where.operator.name == "in":
        return tuple(where.value)
    return None
