"""The schema as a key with scopes may use it, for introspection alone: what it may not do is not there.

Root fields go whose operation is not granted, and with each object that may not be read the relations to it, in
records, filters, orders and groups; in what is written they stay where related records may be created or attached.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    graphql_sync,
)

from schema.catalog.model import Catalog, ObjectType
from schema.catalog.operations import root_fields
from schema.context import Answer, Context, Grants, GraphQLRequest
from schema.declare.traits import Guard
from schema.execution.description import Described, key_of
from schema.execution.execute import Executor
from schema.execution.graphql_errors import located
from schema.values.scopes import Right

OF_LISTENERS = {
    "webhookDeliveries": Right.READ,
    "redeliverWebhook": Right.UPDATE,
    "replayWebhook": Right.UPDATE,
    "testWebhook": Right.UPDATE,
}
OF_KEYS = {"generateApiKeyToken": Right.CREATE, "revokeApiKey": Right.UPDATE}
REMEMBERED = 16  # schemas, of some megabytes each
WRITTEN = ("CreateInput", "UpdateInput")

Hidden = set[tuple[str, str]]


def scoped(schema: GraphQLSchema, catalog: Catalog, grants: Grants) -> GraphQLSchema:
    """A new schema, with the types that can be reached in it."""
    return _Copy(schema, {*_hidden(catalog, grants, schema)}, _unread(catalog, grants)).made()


def _unread(catalog: Catalog, grants: Grants) -> set[str]:
    return {one.type_name for one in catalog.objects.values() if not grants.allow(one, Right.READ)}


def _hidden(catalog: Catalog, grants: Grants, schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Type and field of what is not granted."""
    for field in root_fields(catalog):
        if not all(grants.allow(field.object_type, right) for right in field.operation.rights):
            yield "Mutation" if field.operation.is_mutation else "Query", field.name
    for guard, named in ((Guard.LISTENERS, OF_LISTENERS), (Guard.KEYS, OF_KEYS)):
        for found in (one for one in catalog.objects.values() if one.traits.guard is guard):
            for name, right in named.items():
                if not grants.allow(found, right):
                    yield "Query" if right is Right.READ else "Mutation", name
    for object_type in catalog.objects.values():
        yield from _relations(object_type, grants, schema)


def _relations(object_type: ObjectType, grants: Grants, schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    types = [name for name in schema.type_map if name.startswith(object_type.type_name)]
    for relation in object_type.relations.values():
        target = relation.target_type
        readable = grants.allow(target, Right.READ)
        linked = readable or grants.allow(target, Right.CREATE)
        for name in types:
            suffix = name.removeprefix(object_type.type_name)
            if not (linked if suffix in WRITTEN else readable):
                yield from ((name, one) for one in relation.names)


class _Copy:
    """Copies the types of a schema, each once, without what is hidden."""

    def __init__(self, schema: GraphQLSchema, hidden: Hidden, unread: set[str]) -> None:
        self._schema, self._hidden, self._unread = schema, hidden, unread
        self._types: dict[str, GraphQLNamedType] = {}

    def made(self) -> GraphQLSchema:
        roots = (self._schema.query_type, self._schema.mutation_type, self._schema.subscription_type)
        query, mutation, subscription = (root and self._named(root) for root in roots)
        if isinstance(mutation, GraphQLObjectType) and not mutation.fields:
            mutation = None
        return GraphQLSchema(
            *(query, mutation, subscription),  # type: ignore[arg-type]
            directives=self._schema.directives,
            description=self._schema.description,
        )

    def _type(self, found: Any) -> Any:
        if isinstance(found, GraphQLList):
            return GraphQLList(self._type(found.of_type))
        if isinstance(found, GraphQLNonNull):
            return GraphQLNonNull(self._type(found.of_type))
        return self._named(found)

    def _named(self, found: GraphQLNamedType) -> GraphQLNamedType:
        made = self._types.get(found.name)
        if made is None:
            made = self._types[found.name] = self._copied(found)
        return made

    def _copied(self, found: GraphQLNamedType) -> GraphQLNamedType:
        match found:
            case GraphQLObjectType() | GraphQLInterfaceType():
                given = {"fields": partial(self._fields, found, self._field), "interfaces": partial(self._all, found)}
                return type(found)(**{**found.to_kwargs(), **given})  # type: ignore[arg-type]
            case GraphQLInputObjectType():
                given = {"fields": partial(self._fields, found, self._input)}
                return GraphQLInputObjectType(**{**found.to_kwargs(), **given})  # type: ignore[arg-type]
            case GraphQLUnionType():
                members = [one for one in found.types if one.name not in self._unread] or found.types[:1]
                return GraphQLUnionType(
                    **{**found.to_kwargs(), "types": lambda: [self._named(one) for one in members]}  # type: ignore[arg-type]
                )
        return found

    def _all(self, found: Any) -> list[Any]:
        return [self._named(one) for one in found.interfaces]

    def _fields(self, found: Any, copy: Callable[[Any], Any]) -> Mapping[str, Any]:
        return {name: copy(field) for name, field in found.fields.items() if (found.name, name) not in self._hidden}

    def _field(self, field: GraphQLField) -> GraphQLField:
        arguments = {
            name: GraphQLArgument(**{**one.to_kwargs(), "type_": self._type(one.type)})
            for name, one in field.args.items()
        }
        return GraphQLField(**{**field.to_kwargs(), "type_": self._type(field.type), "args": arguments})

    def _input(self, field: GraphQLInputField) -> GraphQLInputField:
        return GraphQLInputField(**{**field.to_kwargs(), "type_": self._type(field.type)})


class ScopedIntrospection:
    """Answers what is asked of the schema, as those may use it who ask."""

    def __init__(self, catalog: Catalog, schema: GraphQLSchema, executor: Executor) -> None:
        self._executor = executor
        self._schema_for = lru_cache(REMEMBERED)(partial(scoped, schema, catalog))
        self._described = Described()

    async def __call__(self, request: GraphQLRequest, context: Context) -> Answer:
        """The document asks for the schema alone. What is wrong with it, the whole schema says."""
        answer = await self._executor(request, context)
        if answer.errors or not answer.executed or context.policy.grants.scopes is None:
            return answer
        document = self._executor.documents.get(request.document, context.policy.limits)
        operation = document.operation(request.operation_name)
        asked = key_of(request, operation.node if operation else None)
        key = asked and (context.policy.grants, asked)
        known = key and self._described.get(key)
        if known:
            return Answer(known)
        found = graphql_sync(
            self._schema_for(context.policy.grants),
            request.document,
            variable_values=request.variables,
            operation_name=request.operation_name,
        )
        errors = tuple(located(error, before_execution=False) for error in found.errors or ())
        data = self._described.put(key, found.data) if key and found.data and not errors else found.data
        return Answer(data, errors)
