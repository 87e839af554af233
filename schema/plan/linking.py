"""Relations in the data of a create or update → foreign keys, records to look up, and records to create along.

`company: {connect: …}` becomes a foreign key; what a record is looked up by, unless it is its id, is resolved by the
write itself. `people: {create: […]}` becomes new records that point to the one in whose data they stand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from schema.catalog.model import Column, ObjectType, Relation
from schema.errors import BadUserInput
from schema.plan.aliases import unaliased
from schema.plan.batch_places import of_element
from schema.plan.nodes import Attach, Connected, Lookup
from schema.plan.operands import operand, record_id
from schema.values.ids import new_id

DEEPEST = 3
Data = Mapping[str, Any]


@dataclass(slots=True)
class Linker:
    """Collects what the relations in the data of one write ask for."""

    lookups: list[Lookup] = field(default_factory=list)
    created: dict[str, list[Data]] = field(default_factory=dict)
    attached: list[Attach] = field(default_factory=list)
    index: int | None = None  # of the record of a batch that is read

    def created_records(self, object_type: ObjectType, records: Iterable[Data], *, many: bool) -> Sequence[Data]:
        """New records with their ids, and foreign keys in place of relations. Of `many`, faults tell the place."""
        return [
            self._of_element(object_type, record, n if many else None, new=True) for n, record in enumerate(records)
        ]

    def plain_records(self, object_type: ObjectType, records: Iterable[Data], *, many: bool) -> Sequence[Data]:
        """Records that may be there already, with foreign keys in place of relations."""
        return [
            self._of_element(object_type, record, n if many else None, new=False) for n, record in enumerate(records)
        ]

    def _of_element(self, object_type: ObjectType, record: Data, index: int | None, *, new: bool) -> Data:
        self.index = index
        try:
            if not new:
                return self.plain(object_type, record, None)
            own_id = new_id() if record.get("id") is None else record_id(record["id"])
            return {**self.plain(object_type, record, own_id), "id": own_id}
        except BadUserInput as error:
            raise error if index is None else of_element(error, index) from None

    def plain(
        self,
        object_type: ObjectType,
        data: Data,
        own_id: UUID | None,
        level: int = 0,
        parent: tuple[Relation, UUID] | None = None,
    ) -> Data:
        """The data with foreign keys in place of relations. `own_id` is the record's, where there is just one.

        `parent` is the to-one relation of a nested record to the one in whose data it stands, and that one's id.
        """
        plain: dict[str, Any] = {}
        data = unaliased(object_type, data)
        for name, value in data.items():
            relation = object_type.relations.get(name)
            if parent and _contradicts(parent, name, value):
                raise BadUserInput(f"{name} of a nested {object_type.name} is the record that it is created in")
            if relation is None:
                plain[name] = value
            elif value is not None and relation.is_to_many:
                self._many(relation, value, own_id, level)
            elif value is not None:
                key = data.get(relation.foreign_key)
                if key is not None and _created_id(value) != record_id(key):
                    raise BadUserInput(f"{name} and {relation.foreign_key} cannot be both provided.")
                plain |= self._one(relation, value, level)
        return plain

    def _one(self, relation: Relation, value: Data, level: int) -> Data:
        """The foreign key of a to-one relation, where the value says what it is to be."""
        asked = [name for name in ("connect", "create") if value.get(name) is not None]
        if value.get("disconnect"):
            asked.append("disconnect")
        if len(asked) > 1:
            raise BadUserInput(f"{relation.name}: cannot {' and '.join(asked)} at once")
        if not asked:
            return {}
        if asked == ["disconnect"]:
            return {relation.foreign_key: None}
        if asked == ["connect"]:
            return {relation.foreign_key: self._connected(relation, value["connect"], allow_id=True)}
        return {relation.foreign_key: self._create(relation, value["create"], level)}

    def _many(self, relation: Relation, value: Data, own_id: UUID | None, level: int) -> None:
        if own_id is None:
            raise BadUserInput(f"{relation.name} cannot be given where many records are written at once")
        inverse = relation.target_type.relations[relation.inverse]
        for record in value.get("create") or ():
            self._create(relation, record, level, (inverse, own_id))
        connected = [self._lookup(relation, entry) for entry in value.get("connect") or ()]
        if connected:
            self.attached.append(Attach(inverse, own_id, tuple(connected)))

    def _create(self, relation: Relation, data: Data, level: int, parent: tuple[Relation, UUID] | None = None) -> UUID:
        """A record to create along. Answers its id."""
        if level >= DEEPEST:
            raise BadUserInput(f"{relation.name}: nested creates may be at most {DEEPEST} levels deep")
        target = relation.target_type
        own_id = new_id() if data.get("id") is None else record_id(data["id"])
        plain = self.plain(target, data, own_id, level + 1, parent)
        key = {parent[0].foreign_key: parent[1]} if parent else {}
        self.created.setdefault(target.name, []).append({**plain, **key, "id": own_id})
        return own_id

    def _connected(self, relation: Relation, connect: Data, *, allow_id: bool) -> UUID | Connected:
        where = _where(relation, connect)
        if allow_id and set(where) == {"id"}:
            return record_id(where["id"])
        return Connected(self._lookup(relation, connect))

    def _lookup(self, relation: Relation, connect: Data) -> int:
        """The number of the look-up of a record by a unique key."""
        target = relation.target_type
        values = tuple(_key(target, _where(relation, connect)))
        known = {column.name for column, _ in values}
        if known != {"id"} and known not in [set(unique.columns) for unique in target.traits.unique]:
            raise BadUserInput(f"{relation.name}: connect needs the id or all values of one unique key")
        self.lookups.append(Lookup(len(self.lookups), relation.name, target, values, self.index))
        return len(self.lookups) - 1


def _contradicts(parent: tuple[Relation, UUID], name: str, value: Any) -> bool:
    """Whether a nested record says itself what it belongs to. Its key, which some must give, may be the parent's id."""
    relation, parent_id = parent
    if name == relation.foreign_key:
        return value is None or record_id(value) != parent_id
    return name == relation.name


def _created_id(value: Data) -> UUID | None:
    """The id that is chosen for a record to create in a to-one relation."""
    chosen = (value.get("create") or {}).get("id")
    return None if chosen is None else record_id(chosen)


def _where(relation: Relation, connect: Data) -> Data:
    where = {name: value for name, value in (connect.get("where") or {}).items() if value is not None}
    if not where:
        raise BadUserInput(f"{relation.name}: connect needs a where")
    return where


def _key(target: ObjectType, where: Data) -> Iterator[tuple[Column, Any]]:
    for name, value in where.items():
        found = target.fields[name]
        if found.composite is None:
            yield found.column, record_id(value) if name == "id" else operand(found.column, value)
            continue
        for column in found.columns:
            if value.get(column.part) is not None:
                yield column, operand(column, value[column.part])
