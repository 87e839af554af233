"""Parts of a value that depend on each other, where an update gives some of them: what it lacks, and what they come to.

A number of a phone is understood by its country or calling code. Whoever gives only one of these means it with the
others that are stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schema.catalog.model import Field, ObjectType
from schema.errors import BadUserInput
from schema.plan.aliases import unaliased
from schema.plan.column_values import stored_columns, this_moment
from schema.plan.nodes import Batch

Data = Mapping[str, Any]


def dependent(object_type: ObjectType) -> tuple[Field, ...]:
    """The fields whose parts depend on each other."""
    return tuple(field for field in object_type.fields.values() if field.composite and field.composite.dependence)


def lacking(field: Field, data: Data) -> tuple[str, ...]:
    """The parts that data does not give, and that those which it gives cannot be understood without."""
    given = data.get(field.name)
    if not isinstance(given, Mapping) or not field.composite or not field.composite.dependence:
        return ()
    return field.composite.dependence.lacking(given, field.name)


@dataclass(frozen=True, slots=True)
class Lacking:
    """The names of the fields of which data lacks parts. Of `many` records, whose parts differ, it is refused."""

    object_type: ObjectType
    many: bool

    def __call__(self, data: Data) -> tuple[str, ...]:
        data = unaliased(self.object_type, data)
        found = {field.name: lacking(field, data) for field in dependent(self.object_type)}
        for name, parts in found.items():
            if parts and self.many:
                raise BadUserInput(
                    f'Field "{name}.{parts[0]}" must be given too where many records are updated: the parts of'
                    f" {name} are understood together"
                )
        return tuple(name for name, parts in found.items() if parts)


def completed(fields: Sequence[Field], data: Data, stored: Data) -> dict[str, Any]:
    """Data with all parts of the fields. `stored` is what the record has in their columns."""
    return {**data, **{field.name: _beside(field, data[field.name], stored) for field in fields}}


def completed_rows(
    fields: Sequence[Field], batch: Batch, stored: Mapping[int, Data]
) -> tuple[Batch, Mapping[int, Iterable[str]]]:
    """A batch in which the rows of `stored` have all parts of the fields, and the columns that these give besides."""
    values = {column: [*items] for column, items in zip(batch.columns, batch.values, strict=True)}
    besides: dict[int, list[str]] = {}
    for row, held in stored.items():
        data = batch.given[row]
        for field in fields:
            if not lacking(field, data):
                continue
            for column, value in stored_columns(field, _beside(field, data[field.name], held), this_moment()).items():
                values.setdefault(column, [column.default] * len(batch))[row] = value
                besides.setdefault(row, []).append(column.name)
    return replace(batch, columns=tuple(values), values=tuple(values.values())), besides


def _beside(field: Field, given: Data, stored: Data) -> Data:
    assert field.composite and field.composite.dependence
    parts = {str(column.part): stored[column.name] for column in field.keyed}
    return field.composite.dependence.beside(given, parts)
