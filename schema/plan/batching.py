"""The data of new records → the batch that is stored: values checked, normalised and completed with their defaults."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from schema.catalog.model import Column, Field, ObjectType
from schema.context import Caller
from schema.declare.secrets import SECRET_MASK
from schema.errors import BadUserInput
from schema.plan.batch_places import of_element
from schema.plan.column_values import ABSENT, sealed, stored_lists, this_moment
from schema.plan.nodes import Batch, BatchForm, Connected
from schema.plan.nodes.placeholders import Unsettled
from schema.plan.operands import parameter, record_id
from schema.plan.positions import numbers, place
from schema.values.ids import new_ids

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Batching:
    """Makes a batch of records without relations, and of who creates them, for the root field `key`.

    A column that no record gives is left to its default in the database. Only where they are `connected` can a key be
    that of a look-up.
    """

    object_type: ObjectType
    connected: bool = False
    many: bool = False
    key: str = ""

    def __call__(self, given: Sequence[Any]) -> Batch:
        """`given` are the records and the caller. Raises BadUserInput, of many records with the place of the first."""
        records, caller = given
        try:
            return self._batch(records, caller)
        except BadUserInput:
            if self.many:
                self._refuse(records, caller)
            raise

    def _refuse(self, records: Sequence[Data], caller: Caller) -> None:
        for n, record in enumerate(records):
            try:
                self._batch([record], caller)
            except BadUserInput as error:
                raise of_element(error, n) from None

    def _batch(self, records: Sequence[Data], caller: Caller) -> Batch:
        names = dict.fromkeys(chain.from_iterable(records))
        if not names.keys() <= self.object_type.fields.keys():
            raise Unsettled("what is created along")  # only where records were not known when their plan was made
        ids, ascending = new_ids(len(records)), True
        for n, record in enumerate(records if "id" in names else ()):
            if record.get("id") is not None:
                ids[n], ascending = _own_id(record["id"]), False
        values = self._values(records, names, caller) | self._sources(records, names, caller)
        position, places = self.object_type.position, None
        if position and position.field in names:
            values[position] = numbers(position, records)
            places = [place(position, record) for record in records]
        columns = tuple([column for column in self.object_type.stored.values() if column in values])
        return Batch(
            columns=columns,
            values=tuple([values[column] for column in columns]),
            ids=ids,
            ascending=ascending,
            given=records,
            places=places,
            looked_up=tuple(c.name for c in columns if _some_connected(values[c])) if self.connected else (),
        )

    def _values(self, records: Sequence[Data], names: Iterable[str], caller: Caller) -> dict[Column, list[Any]]:
        """The values of each column that some record gives. `names` are those of the fields given."""
        now = this_moment()
        position, actor = self.object_type.position, self.object_type.actor
        kept = {"id", position and position.field, actor and actor.name}
        values: dict[Column, list[Any]] = {}
        for name in names:
            if name not in kept:
                given = [record.get(name, ABSENT) for record in records]
                values |= stored_lists(self.object_type.fields[name], given, now)
        for column, stored in values.items():
            if column.secret:
                if SECRET_MASK in stored:
                    raise BadUserInput(f'Invalid value for field "{column.path}": the mask of a secret is not a secret')
                values[column] = sealed(caller, stored)
        return values

    def _sources(self, records: Sequence[Data], names: Iterable[str], caller: Caller) -> dict[Column, list[Any]]:
        """Of what a client says of who creates, sources are kept; who gives none has the caller's."""
        actor = self.object_type.actor
        if actor is None or actor.name not in names:
            return {}
        given = [(record.get(actor.name) or {}).get("source") for record in records]
        source = actor.by_part["source"]
        return {source: [parameter(source, one or caller.source) for one in given]} if any(given) else {}


def _own_id(value: Any) -> UUID:
    try:
        return record_id(value)
    except BadUserInput as error:
        raise BadUserInput(error.message, field="id") from None


def form(batch: Batch) -> BatchForm:
    return batch.form


def shared_columns(actor: Field | None, form: BatchForm) -> Sequence[tuple[Column, str]]:
    """The columns that say who creates, of all records alike, each with the name of the caller's attribute."""
    if actor is None:
        return ()
    columns = actor.by_part
    alike = ((columns["name"], "name"), (columns["workspaceMemberId"], "workspace_member_id"))
    return alike if columns["source"] in form.columns else ((columns["source"], "source"), *alike)


def _some_connected(values: Sequence[Any]) -> bool:
    return any(isinstance(value, Connected) for value in values)
