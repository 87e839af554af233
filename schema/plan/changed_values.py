"""The data of an update → the values that its rows take over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schema.catalog.model import Column, ObjectType
from schema.declare.positions import POSITIONS
from schema.declare.secrets import SECRET_MASK
from schema.errors import BadUserInput
from schema.plan.column_values import sealed, stored_columns, this_moment
from schema.plan.nodes.placeholders import Unsettled
from schema.plan.operands import record_id
from schema.plan.positions import place

UPDATED_AT = "updatedAt"


@dataclass(frozen=True, slots=True)
class Changed:
    """Columns with their new values, and `first` or `last` where the position is to be computed."""

    columns: tuple[Column, ...]
    values: tuple[Any, ...]
    place: str | None

    @property
    def form(self) -> tuple[tuple[Column, ...], str | None]:
        """What a statement that writes them is made of."""
        return self.columns, self.place


@dataclass(frozen=True, slots=True)
class ChangedValues:
    """Makes the values of data without relations, for a record with an id, where there is just one, by a caller.

    `key` is that of the root field.

    The caller seals secrets, and makes that values are made anew in each request, as the moment of a default must be.
    """

    object_type: ObjectType
    key: str = ""

    def __call__(self, given: Sequence[Any]) -> Changed:
        """`given` are the data, the id and the caller. Raises BadUserInput."""
        data, own_id, caller = given
        if data.get("id") is not None and record_id(data["id"]) != own_id:
            raise BadUserInput("The id of a record cannot be changed")
        if not data.keys() <= self.object_type.fields.keys():
            raise Unsettled("what is linked")  # only where the data was not known when its plan was made
        position, now = self.object_type.position, this_moment()
        values: dict[str, tuple[Column, Any]] = {}
        for name, value in data.items():
            if name in ("id", UPDATED_AT) or (self._is_position(name) and value in (None, *POSITIONS)):
                continue
            for column, stored in stored_columns(self.object_type.fields[name], value, now).items():
                if not column.secret:
                    values[column.name] = (column, stored)
                elif stored != SECRET_MASK:
                    values[column.name] = (column, sealed(caller, [stored])[0])
        moves = position is not None and position.field in data
        columns, stored_values = zip(*values.values(), strict=True) if values else ((), ())
        return Changed(columns, stored_values, place(position, data) if moves and position else None)

    def _is_position(self, name: str) -> bool:
        position = self.object_type.position
        return position is not None and position.field == name
