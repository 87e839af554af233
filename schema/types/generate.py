"""Catalog → Strawberry schema: types, inputs, filters, root fields."""

from collections.abc import Iterable, Mapping
from typing import Any

from strawberry.schema.config import StrawberryConfig
from strawberry.types.field import StrawberryField

from schema.catalog.aggregates import TOTAL_COUNT, aggregate_fields
from schema.catalog.granularities import GRANULARITIES
from schema.catalog.model import Catalog, Column, Field, ObjectType, Relation
from schema.catalog.operations import PAGE_ARGUMENTS, RootField, root_fields
from schema.catalog.operators import OPERATORS, Operand
from schema.declare import kinds, names
from schema.declare.composites import COMPOSITES, Composite, Part
from schema.declare.kinds import Kind
from schema.declare.order import DIRECTIONS
from schema.declare.tables import SEARCH_VECTOR
from schema.execution.documents import Documents
from schema.execution.execute import graphql_schema
from schema.execution.extensions import extensions
from schema.execution.finished_json import PassThrough
from schema.execution.live import LIVE
from schema.execution.resolvers import resolver
from schema.plan.grouping import AGGREGATE, DIMENSION_VALUES
from schema.plan.nodes import Quantifier
from schema.types import events, scalars, search, subscriptions
from schema.types.leniency import take_empty
from schema.types.page_info import PageInfo
from schema.types.schema import Schema
from schema.types.type_builder import TypeBuilder

NULLNESS = ("NULL", "NOT_NULL")
DATA_VERBS = ("Create", "Update")

FILTERED_KINDS = (
    kinds.ID,
    kinds.TEXT,
    kinds.NUMBER,
    kinds.NUMERIC,
    kinds.DATE_TIME,
    kinds.BOOLEAN,
    kinds.RAW_JSON,
    kinds.ARRAY,
)
# In the documented schema, though no field of the 37 objects uses them.
ORPHAN_FILTERS = (("IntFilter", "Int"), ("BigIntFilter", "BigInt"))
ORPHANS = ("RichTextV2FilterInput", *(name for name, _ in ORPHAN_FILTERS))


def generate(
    catalog: Catalog, documents: Documents, queries: Mapping[str, Any], mutations: Mapping[str, Any], *more: Any
) -> Schema:
    """The executable schema of a catalog, whose documents are remembered in `documents`.

    `queries` and `mutations` are Strawberry fields by name that are no operation of an object; `more` are extensions.
    """
    return Generator(catalog).schema(queries, mutations, (*extensions(documents), *more))


def data_types(catalog: Catalog) -> frozenset[str]:
    """The names of the input types that hold the data of a record."""
    return frozenset(f"{found.type_name}{verb}Input" for found in catalog.objects.values() for verb in DATA_VERBS)


class Generator(TypeBuilder):
    """Builds the types of one catalog into `types`, by GraphQL name."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog

    def schema(self, queries: Mapping[str, Any], mutations: Mapping[str, Any], extensions: tuple[Any, ...]) -> Schema:
        self._shared_types()
        for object_type in self.catalog.objects.values():
            self._inputs(object_type)
        for object_type in self.catalog.objects.values():
            self._outputs(object_type)
        self._search()
        self._events()
        fields = root_fields(self.catalog)
        made = Schema(
            query=self._root(
                "Query",
                (field for field in fields if not field.operation.is_mutation),
                {**queries, "search": self._search_field(), "events": self._events_field()},
            ),
            mutation=self._root(
                "Mutation",
                (field for field in fields if field.operation.is_mutation),
                mutations,
            ),
            subscription=self._subscription(),
            types=[self.types[name] for name in ORPHANS],
            of_operations=(LIVE,),
            extensions=extensions,
            execution_context_class=PassThrough,
            config=StrawberryConfig(auto_camel_case=False, scalar_map=dict(scalars.SCALAR_MAP)),
        )
        for enum in self.catalog.enums:
            take_empty(graphql_schema(made), enum)
        return made

    # Types that objects share

    def _shared_types(self) -> None:
        self.enum("FilterIs", {name: name for name in NULLNESS})
        self.enum("OrderByDirection", {name: name for name in DIRECTIONS})
        for options in self.catalog.enums.values():
            self.enum(options.name, dict(options.labels))
        for kind in FILTERED_KINDS:
            self._filter(kind, kind.filter, kind.operand)
        for options in self.catalog.enums.values():
            self._filter(kinds.SELECT, f"{options.name}Filter", options.name)
        for name, operand in ORPHAN_FILTERS:
            self._filter(kinds.NUMBER, name, operand)
        self.input("RichTextV2LeafFilter", {"ilike": "String"})
        for composite in COMPOSITES:
            self._composite(composite)
        self.enum("DateGranularityEnum", {name: name for name in GRANULARITIES})
        self.input("DateGroupByInput", {"granularity": "DateGranularityEnum", "timeZone": "String"})
        self.types["PageInfo"] = PageInfo

    def _filter(self, kind: Kind, name: str, operand: str) -> None:
        """The filter input of a kind: one field an operator."""
        list_type = f"[{operand}]" if kind in (kinds.ID, kinds.SELECT) else f"[{operand}!]"
        self.input(name, _operator_fields(kind, operand, list_type))

    def _composite(self, composite: Composite) -> None:
        name = composite.type_name
        parts = composite.parts
        writable = [part for part in parts if not part.read_only]
        self.output(name, {part.name: _output_type(part) for part in parts})
        self.input(f"{name}CreateInput", {part.name: _output_type(part) for part in writable})
        self.input(f"{name}UpdateInput", {part.name: _output_type(part) for part in writable})
        self.input(f"{name}FilterInput", {part.name: _filter_type(part) for part in parts})
        self.input(f"{name}OrderByInput", {part.name: "OrderByDirection" for part in parts})
        self.input(f"{name}GroupByInput", {part.name: "Boolean" for part in parts})
        if composite.filter_name != f"{name}FilterInput":
            self.input(composite.filter_name, {part.name: f"{name}LeafFilter" for part in parts})

    # Types of one object

    def _inputs(self, object_type: ObjectType) -> None:
        type_name = object_type.type_name
        fields, relations = object_type.fields.values(), object_type.relations.values()
        self._relation_inputs(object_type)
        for verb in DATA_VERBS:
            own = {name: _input_type(field, verb) for field in fields for name in field.names}
            related = {name: _relation_input(relation) for relation in relations for name in relation.names}
            self.input(f"{type_name}{verb}Input", {**own, **related})
        self.input(
            f"{type_name}FilterInput",
            {
                **{name: _field_filter_type(field) for field in fields for name in field.names},
                **{name: self._relation_filter(relation) for relation in relations for name in relation.names},
                "and": f"[{type_name}FilterInput]",
                "or": f"[{type_name}FilterInput]",
                "not": f"{type_name}FilterInput",
            },
        )
        self.input(f"{type_name}FilterManyInput", {item.value: f"{type_name}FilterInput" for item in Quantifier})
        self._order_inputs(object_type)

    def _order_inputs(self, object_type: ObjectType) -> None:
        """What records and groups of them are ordered by, and what is grouped by."""
        type_name, fields = object_type.type_name, object_type.fields.values()
        self.input(
            f"{type_name}OrderByInput",
            {
                **{name: _order_type(field) for field in fields for name in field.names},
                **{
                    name: f"{names.capital(relation.target)}OrderByInput"
                    for relation in object_type.to_one
                    for name in relation.names
                },
            },
        )
        aggregates = (TOTAL_COUNT, *(field.name for field in aggregate_fields(object_type)))
        self.input(f"{type_name}AggregateOrderByInput", dict.fromkeys(aggregates, "OrderByDirection"))
        self.input(
            f"{type_name}OrderByWithGroupByInput",
            {**{field.name: _order_type(field) for field in fields}, AGGREGATE: f"{type_name}AggregateOrderByInput"},
        )
        self.input(f"{type_name}GroupByInput", {field.name: _group_type(field) for field in fields})

    def _relation_inputs(self, object_type: ObjectType) -> None:
        """How a record of this type is named in the data of another one."""
        name = object_type.type_name
        unique = {"id": "ID"}
        for column in (object_type.columns[key] for key in unique_columns(object_type)):
            if column.part is None:
                unique[column.field] = column.kind.input
            else:
                unique[column.field] = f"{name}{names.capital(column.field)}WhereInput"
                self.input(unique[column.field], {column.part: column.kind.input})
        self.input(f"{name}WhereUniqueInput", unique)
        self.input(f"{name}ConnectInput", {"where": f"{name}WhereUniqueInput"})
        create = f"{name}CreateInput"
        self.input(
            f"{name}RelationInput", {"connect": f"{name}ConnectInput", "disconnect": "Boolean", "create": create}
        )
        self.input(f"{name}RelationManyInput", {"create": f"[{create}!]", "connect": f"[{name}ConnectInput!]"})

    def _relation_filter(self, relation: Relation) -> str:
        return f"{names.capital(relation.target)}Filter{'Many' if relation.is_to_many else ''}Input"

    def _outputs(self, object_type: ObjectType) -> None:
        name = object_type.type_name
        targets = {name: target.type_name for name, target in self.catalog.objects.items()}
        fields: dict[str, Any] = {
            own: _field_output_type(field) for field in object_type.fields.values() for own in field.names
        }
        if object_type.traits.search:
            fields[SEARCH_VECTOR] = "String"
        for relation in object_type.to_one:
            fields |= dict.fromkeys(relation.names, targets[relation.target])
        for relation in object_type.to_many:
            target = targets[relation.target]
            fields[relation.name] = self.field(relation.name, f"{target}Connection", _page_arguments(target))
        self.output(name, fields, object_type.description)
        self.output(f"{name}Edge", {"node": name, "cursor": "Cursor"})
        connection = {
            TOTAL_COUNT: "Int",
            **{field.name: field.aggregate.type_name for field in aggregate_fields(object_type)},
            "edges": f"[{name}Edge!]",
            "pageInfo": "PageInfo",
        }
        self.output(f"{name}Connection", connection)
        self.output(f"{name}GroupByConnection", {DIMENSION_VALUES: "[String]", **connection})

    def _root(self, name: str, fields: Iterable[RootField], others: Mapping[str, Any]) -> Any:
        """`others` are Strawberry fields by name that are no operation of an object."""
        namespace: dict[str, Any] = {}
        for field in fields:
            type_name = field.object_type.type_name
            namespace[field.name] = self.field(
                field.name,
                field.operation.result.value.format(type=type_name),
                {key: value.format(type=type_name) for key, value in field.operation.arguments.items()},
                resolver(self.catalog, field),
            )
        return self.output(name, {**namespace, **others})

    def _subscription(self) -> Any:
        """What happens is told from the log of events, by `schema.execution.subscriptions`."""
        self.enum(subscriptions.ACTION, {action.upper(): action for action in subscriptions.ACTIONS})
        self.input(subscriptions.INPUT, subscriptions.INPUT_FIELDS)
        self.output(subscriptions.EVENT, subscriptions.EVENT_FIELDS, "Something that happened to a record.")
        field = self.field(subscriptions.ON_DB_EVENT, f"{subscriptions.EVENT}!", {"input": f"{subscriptions.INPUT}!"})
        return self.output("Subscription", {field.name: field})

    def _search(self) -> None:
        self.input(search.FILTER, search.FILTER_FIELDS)
        searchable = [found for found in self.catalog.objects.values() if found.traits.search]
        records = {found.name: self.types[found.type_name] for found in searchable}
        self.types["SearchResultConnection"] = search.search_types(self.catalog, records)

    def _events(self) -> None:
        self.input(events.FILTER, events.FILTER_FIELDS)
        for name, (description, fields) in events.OUTPUTS.items():
            self.output(name, fields, description or None)

    def _events_field(self) -> StrawberryField:
        return self.field("events", events.RESULT, events.ARGUMENTS, events.events_resolver(self.catalog))

    def _search_field(self) -> StrawberryField:
        connection = self.types["SearchResultConnection"]
        resolve = search.search_resolver(self.catalog, connection)
        return self.field("search", "SearchResultConnection!", search.ARGUMENTS, resolve)


def _page_arguments(type_name: str) -> Mapping[str, str]:
    return {name: argument.format(type=type_name) for name, argument in PAGE_ARGUMENTS.items()}


def _operator_fields(kind: Kind, value: str, list_type: str) -> dict[str, str]:
    types = {
        Operand.VALUE: value,
        Operand.LIST: list_type,
        Operand.TEXT: "String",
        Operand.PATTERN: "String",
        Operand.FLAG: "Boolean",
        Operand.NULLNESS: "FilterIs",
    }
    return {operator.name: types[operator.operand] for operator in OPERATORS[kind].values()}


def _output_type(value: Part | Column) -> str:
    return _listed(value, value.options.name if value.options else value.kind.output)


def _listed(value: Part | Column, name: str) -> str:
    return f"[{name}]" if value.kind.is_list else name


def _filter_type(value: Part | Column) -> str:
    return f"{value.options.name}Filter" if value.options else value.kind.filter


def _field_output_type(field: Field) -> str:
    if field.composite:
        return field.composite.type_name
    return _output_type(field.column)


def unique_columns(object_type: ObjectType) -> list[str]:
    return [key for unique in object_type.traits.unique for key in unique.columns]


def _relation_input(relation: Relation) -> str:
    return f"{names.capital(relation.target)}Relation{'Many' if relation.is_to_many else ''}Input"


def _order_type(field: Field) -> str:
    return f"{field.composite.type_name}OrderByInput" if field.composite else "OrderByDirection"


def _group_type(field: Field) -> str:
    if field.composite:
        return f"{field.composite.type_name}GroupByInput"
    return "DateGroupByInput" if field.column.kind is kinds.DATE_TIME else "Boolean"


def _field_filter_type(field: Field) -> str:
    return field.composite.filter_name if field.composite else _filter_type(field.column)


def _input_type(field: Field, verb: str) -> str:
    if field.composite:
        return f"{field.composite.type_name}{verb}Input"
    column = field.column
    graphql = _listed(column, column.options.name if column.options else column.kind.input)
    return f"{graphql}!" if verb == "Create" and field.required_on_create else graphql
