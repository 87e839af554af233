"""One root field as it was called: what planning it starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode

from schema.catalog.model import ObjectType
from schema.catalog.operations import RootField
from schema.errors import BadUserInput
from schema.plan.nodes import ConnectionKey, RecordSelection
from schema.plan.nodes.placeholders import deferred
from schema.plan.operands import record_id
from schema.plan.reader import Reader
from schema.plan.selection import connection_keys, record
from schema.plan.writes import Writer


@dataclass(frozen=True, slots=True)
class RootFieldCall:
    """A root field with its coerced arguments, and the nodes that select below it."""

    field: RootField
    reader: Reader
    nodes: list[FieldNode]
    arguments: Mapping[str, Any]

    @property
    def object_type(self) -> ObjectType:
        return self.field.object_type

    @property
    def many(self) -> bool:
        return self.field.operation.many

    @property
    def writer(self) -> Writer:
        return Writer(self.reader.catalog, self.reader.caller, self.reader.policy, self.key)

    @property
    def key(self) -> str:
        """The response key."""
        node = self.nodes[0]
        return (node.alias or node.name).value

    def selected(self) -> RecordSelection:
        return record(self.reader, self.object_type, self.nodes)

    def connection_keys(self) -> tuple[ConnectionKey, ...]:
        return connection_keys(self.reader, self.object_type, self.nodes)

    def record_id(self) -> Any:
        """The argument `id`: a UUID, or what stands for one."""
        if self.arguments.get("id") is None:
            raise BadUserInput("Missing id")
        return deferred(self.arguments["id"], record_id)


def call(field: RootField, reader: Reader, nodes: list[FieldNode]) -> RootFieldCall:
    """Raises GraphQL's errors of arguments that do not fit."""
    type_name = "Mutation" if field.operation.is_mutation else "Query"
    return RootFieldCall(field, reader, nodes, reader.arguments(type_name, nodes[0]))
