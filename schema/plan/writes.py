"""The arguments of a mutation → a write: what it changes, and what it answers of that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import Any

from schema.catalog.model import Catalog, Column, ObjectType
from schema.catalog.operators import OPERATORS
from schema.context import Policy
from schema.declare import kinds
from schema.errors import BadUserInput
from schema.plan.aliases import Unaliased, unaliased
from schema.plan.batch_places import of_element
from schema.plan.batching import Batching, form, shared_columns
from schema.plan.changed_values import Changed, ChangedValues
from schema.plan.destruction import cleared_along, destroyed_along
from schema.plan.filters import rows
from schema.plan.linking import Linker
from schema.plan.nodes import (
    NO_LINKS,
    TRUE,
    Change,
    Compare,
    Create,
    Destroy,
    Links,
    Liveness,
    RecordSelection,
    Restore,
    Rows,
    SoftDelete,
    Target,
    Update,
    Write,
)
from schema.plan.nodes.placeholders import Unsettled, decided, deferred, is_open, shared

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """Records as they are given → by the names of the catalog, if they are not too many."""

    object_type: ObjectType
    limit: int
    many: bool

    def __call__(self, records: Sequence[Data]) -> Sequence[Data]:
        check_size(len(records), self.limit)
        if not self.object_type.aliases:
            return records
        return [self._unaliased(record, n) for n, record in enumerate(records)]

    def _unaliased(self, record: Data, index: int) -> Data:
        try:
            return unaliased(self.object_type, record)
        except BadUserInput as error:
            raise of_element(error, index) if self.many else error from None


def check_size(records: int, limit: int) -> None:
    if records > limit:
        raise BadUserInput(f"Maximum number of records to create is {limit}.")


@dataclass(frozen=True, slots=True)
class Writer:
    """Plans the writes of one root field, which `key` tells from others of the request.

    `caller` may be a placeholder, and so may what the arguments hold.
    """

    catalog: Catalog
    caller: Any
    policy: Policy
    key: str = ""

    def create(self, object_type: ObjectType, records: Any, *, many: bool = False) -> Create:
        """New records in the order given, and what their relations bring along. Of `many`, faults tell the place."""
        records = deferred(records, Given(object_type, self.policy.limits.max_batch_size, many))
        if is_open(records) or not _name_relations(object_type, records):
            return self.rows(object_type, records, many=many, several=many)
        self._refuse_placeholders()
        linker = Linker()
        plain = linker.created_records(object_type, records, many=many)
        created = self.rows(object_type, plain, connected=bool(linker.lookups), many=many, several=many)
        return replace(created, links=self._links(linker, len(records)))

    def rows(
        self,
        object_type: ObjectType,
        records: Any,
        *,
        connected: bool = False,
        many: bool = False,
        several: bool = True,
    ) -> Create:
        """New records without relations. Only where they are `connected` can a key be that of a look-up."""
        batch = shared([records, self.caller], Batching(object_type, connected, many, self.key))
        formed = decided(batch, form)
        columns = dict(shared_columns(object_type.actor, formed))
        if not decided(self.caller, _is_member):
            columns = {column: name for column, name in columns.items() if name != "workspace_member_id"}
        alike = tuple((column, deferred(self.caller, attrgetter(name))) for column, name in columns.items())
        return Create(object_type, formed, batch, several, alike)

    def _refuse_placeholders(self) -> None:
        """What is created along has ids of its own in each request."""
        if is_open(self.caller):
            raise Unsettled("what is linked")

    def _links(self, linker: Linker, records: int) -> Links:
        self.check_size(records + sum(map(len, linker.created.values())))
        if not (linker.lookups or linker.created or linker.attached):
            return NO_LINKS
        created = (
            self.rows(self.catalog.objects[name], data, connected=bool(linker.lookups))
            for name, data in linker.created.items()
        )
        return Links(tuple(linker.lookups), tuple(created), tuple(linker.attached))

    def check_size(self, records: int) -> None:
        check_size(records, self.policy.limits.max_batch_size)

    def update(self, target: Target, data: Any, own_id: Any) -> Update:
        """New values for existing rows. The record's own `id` may stand in the data of an update of one."""
        links = NO_LINKS
        object_type = target.object_type
        data = deferred(data, Unaliased(object_type))
        if not is_open(data) and _name_relations(object_type, [data]):
            self._refuse_placeholders()
            linker = Linker()
            data = linker.plain(object_type, data, own_id)
            if own_id is None and linker.created:
                raise BadUserInput("Nested creates are not possible where many records are written at once")
            links = self._links(linker, 0)
        changed = shared([data, own_id, self.caller], ChangedValues(object_type, self.key))
        columns, place = decided(changed, changed_form)
        values = tuple((column, deferred(changed, partial(_nth, n))) for n, column in enumerate(columns))
        return Update(target, values, place, links)

    def soft_delete(self, target: Target) -> SoftDelete:
        return SoftDelete(target, tuple(r for r in target.object_type.to_many if r.soft_cascade))

    def restore(self, target: Target) -> Restore:
        return Restore(target, tuple(r for r in target.object_type.to_many if r.soft_cascade))

    def destroy(self, target: Target) -> Destroy:
        destroyed = destroyed_along(self.catalog, target.object_type)
        return Destroy(target, destroyed, cleared_along(self.catalog, destroyed))

    # Targets

    def one(self, object_type: ObjectType, own_id: Any, liveness: Liveness, unchanged_since: Any = None) -> Target:
        return Target(Rows(object_type, has_id(object_type, own_id), liveness), 1, unchanged_since=unchanged_since)

    def many(self, object_type: ObjectType, filter: Data | None, liveness: Liveness | None = None) -> Target:
        """The rows that a filter matches, which must state a condition; live ones unless it mentions `deletedAt`.

        With `liveness`, that says which of them.
        """
        found = rows(object_type, filter)
        if filter is None or found.where == TRUE:
            raise BadUserInput("A non-empty filter is required")
        found = found if liveness is None else replace(found, liveness=liveness)
        return Target(found, self.policy.limits.max_affected_records, _list_order(found))


def answered(change: Change, selected: RecordSelection) -> Write:
    """The write, and what it answers. What the change itself cannot answer of the records, their ids will tell.

    A create answers what was there before, too, which nothing new changes, and a destroy the records as they were.
    """
    match change:
        case Create(object_type=object_type, links=links):
            by_id = selected.reaches_past and (links is not NO_LINKS or selected.reaches(object_type))
        case Destroy():
            by_id = False
        case _:
            by_id = selected.reaches_past
    return Write(change, selected, by_id)


def has_id(object_type: ObjectType, own_id: Any) -> Compare:
    """The condition that a row is the one with the id."""
    return Compare(object_type.columns["id"], OPERATORS[kinds.ID]["eq"], own_id)


def _list_order(found: Rows) -> Any:
    """The order of the answer, where the filter is just a list of ids."""
    where = found.where
    is_list = isinstance(where, Compare) and where.column.name == "id" and where.operator.name == "in"
    return where.value if is_list and isinstance(where, Compare) else None


def _name_relations(object_type: ObjectType, records: Iterable[Data]) -> bool:
    return not object_type.relations.keys().isdisjoint(chain.from_iterable(records))


def _is_member(caller: Any) -> bool:
    return caller.workspace_member_id is not None


def changed_form(changed: Changed) -> tuple[tuple[Column, ...], str | None]:
    return changed.form


def _nth(number: int, changed: Changed) -> Any:
    return changed.values[number]
