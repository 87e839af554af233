"""What an operation asks for, known before any statement runs: one walk over its document.

A fragment is walked once, however often it is spread. What pages hold is multiplied down the tree, from their sizes;
where one is in a variable, a request's own value counts. Of what is skipped or included, all is counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
)
from graphql.type import SchemaMetaFieldDef, TypeMetaFieldDef

from schema.bounded_memory import BoundedMemory
from schema.context import Limits
from schema.errors import QueryTooComplex
from schema.execution.parsing import Tokens
from schema.plan.grouping import DEFAULT_GROUPS, SAMPLE
from schema.plan.paging import DEFAULT_PAGE_SIZE

REMEMBERED_SIZES = 16  # costs of one operation, by the sizes in its variables
_MOST_SHOWN = 10**15
_MOST_DIGITS = 9

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of an operation. `longest` and `dearest` are paths to the fields that make the most of it."""

    tokens: int
    depth: int
    aliases: int
    root_fields: int
    selections: int
    rows: int
    writes: bool
    deepest: Path
    longest: Path
    dearest: Path

    def refuse(self, limits: Limits) -> None:
        """Raises QueryTooComplex."""
        self.refuse_shape(limits)
        if self.rows > limits.max_rows:
            raise _over("may answer", self.rows, limits.max_rows, "records", self.dearest, "Ask for smaller pages")

    def refuse_shape(self, limits: Limits) -> None:
        """All but what depends on variables. Raises QueryTooComplex."""
        most_fields = limits.max_mutations if self.writes else limits.max_queries
        for is_, cost, limit, of, path in (
            ("is nested", self.depth, limits.max_depth, "levels deep", self.deepest),
            ("has", self.root_fields, most_fields, "mutations" if self.writes else "root fields", self.longest),
            ("has", self.aliases, limits.max_aliases, "aliases and repeated fields", self.longest),
            ("selects", self.selections, limits.max_selections, "fields, fragments spread out", self.longest),
        ):
            if cost > limit:
                raise _over(is_, cost, limit, of, path, "")

    @property
    def told(self) -> Mapping[str, int]:
        """As answers show it."""
        return {
            "tokens": self.tokens,
            "depth": self.depth,
            "aliases": self.aliases,
            "rootFields": self.root_fields,
            "selections": _bounded(self.selections),
            "rows": _bounded(self.rows),
        }


def _over(is_: str, cost: int, limit: int, of: str, path: Path, hint: str) -> QueryTooComplex:
    most = f", most of all by '{'.'.join(path)}'" if path else ""
    return QueryTooComplex(
        f"The operation {is_} {_bounded(cost):,} {of}{most}; the limit is {limit:,}{f'. {hint}' if hint else ''}"
    )


def _bounded(number: int) -> int:
    """Of a number that may have thousands of digits."""
    return min(number, _MOST_SHOWN)


class Below(NamedTuple):
    """What selections cost, and the paths to what makes the most of it."""

    depth: int = 0
    aliases: int = 0
    selections: int = 0
    rows: int = 0
    deepest: Path = ()
    longest: Path = ()
    dearest: Path = ()


class Costs:
    """The cost of one operation, by the sizes that its variables have."""

    def __init__(
        self,
        schema: GraphQLSchema,
        node: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        tokens: Tokens,
    ) -> None:
        self._schema, self._node, self._fragments = schema, node, fragments
        self.tokens = tokens
        self._remembered: BoundedMemory[tuple[int | None, ...], Cost] = BoundedMemory(REMEMBERED_SIZES)

    @cached_property
    def _asked(self) -> tuple[str, ...]:
        """The variables whose values are sizes."""
        walk = self._walk({}, 1)
        walk.operation(self._node)
        return tuple(walk.asked)

    @cached_property
    def _defaults(self) -> Mapping[str, ValueNode]:
        definitions = self._node.variable_definitions or ()
        return {one.variable.name.value: one.default_value for one in definitions if one.default_value}

    def of(self, variables: Mapping[str, Any], max_page_size: int) -> Cost:
        """With the values of variables as they came. Raises RecursionError."""
        key = (max_page_size, *[_size_of(variables.get(name)) for name in self._asked])
        cost = self._remembered.get(key)
        if cost is None:
            cost = self._cost(variables, max_page_size)
            self._remembered.put(key, cost)
        return cost

    def largest_page(self, variables: Mapping[str, Any], limits: Limits) -> int:
        """How many records the only root field, a list, may answer so that the operation is within the limit of REST.

        One at least.
        """
        cost = self.of(variables, limits.max_page_size)
        if cost.rows <= limits.max_rest_rows:
            return limits.max_page_size
        root = self._node.selection_set.selections[0]
        assert isinstance(root, FieldNode)
        definition = _definition(self._schema, self._schema.query_type, root.name.value)
        of_one = self._walk(variables, limits.max_page_size).selections(
            root.selection_set, definition and get_named_type(definition.type)
        )
        return max(1, limits.max_rest_rows // max(1, of_one.rows))

    def _cost(self, variables: Mapping[str, Any], max_page_size: int) -> Cost:
        below, root_fields = self._walk(variables, max_page_size).operation(self._node)
        return Cost(
            tokens=self.tokens.document,
            root_fields=root_fields,
            writes=self._node.operation is OperationType.MUTATION,
            **below._asdict(),
        )

    def _walk(self, variables: Mapping[str, Any], max_page_size: int) -> "_Walk":
        return _Walk(self._schema, self._fragments, variables, self._defaults, max_page_size)


class _Walk:
    """One walk. `asked` collects the variables that were asked for a size."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
        defaults: Mapping[str, ValueNode],
        max_page_size: int,
    ) -> None:
        self._schema, self._fragments, self._max_page_size = schema, fragments, max_page_size
        self._variables, self._defaults = variables, defaults
        self._known: dict[str, Below] = {}
        self.asked: dict[str, None] = {}

    def operation(self, node: OperationDefinitionNode) -> tuple[Below, int]:
        """The cost of an operation, and how many root fields it has."""
        root = self._schema.get_root_type(node.operation)
        return self.selections(node.selection_set, root), self._root_fields(node.selection_set, set())

    def _root_fields(self, selections: SelectionSetNode, seen: set[str]) -> int:
        """How many there are: a fragment that comes again has the same."""
        found = 0
        for node in selections.selections:
            if isinstance(node, FieldNode):
                found += 1
            elif isinstance(node, InlineFragmentNode):
                found += self._root_fields(node.selection_set, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self._fragments.get(node.name.value)
                found += self._root_fields(fragment.selection_set, seen) if fragment else 0
        return found

    def selections(self, selections: SelectionSetNode | None, parent: Any) -> Below:
        return self._sum([*self._each(selections, parent, {})]) if selections else Below()

    def _each(self, selections: SelectionSetNode, parent: Any, keys: dict[str, None]) -> list[Below]:
        """The costs of all selections. A response key that comes again counts like an alias, as validating it does."""
        found: list[Below] = []
        for node in selections.selections:
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                again = node.alias is not None or key in keys
                keys[key] = None
                found.append(self._field(node, key, again, parent))
            elif isinstance(node, InlineFragmentNode):
                named = node.type_condition and self._schema.type_map.get(node.type_condition.name.value)
                found += self._each(node.selection_set, named or parent, keys)
            elif isinstance(node, FragmentSpreadNode):
                found.append(self._fragment(node.name.value))
        return found

    def _fragment(self, name: str) -> Below:
        if name not in self._known:
            self._known[name] = Below()  # one that contains itself is refused by validation
            fragment = self._fragments.get(name)
            if fragment is not None:
                parent = self._schema.type_map.get(fragment.type_condition.name.value)
                self._known[name] = self.selections(fragment.selection_set, parent)
        return self._known[name]

    def _field(self, node: FieldNode, key: str, again: bool, parent: Any) -> Below:
        definition = _definition(self._schema, parent, node.name.value)
        named = get_named_type(definition.type) if definition else None
        below = self.selections(node.selection_set, named)
        rows = below.rows
        if definition is not None and node.selection_set:
            page = self._page(node, definition, parent)
            rows = int(_is_record(named)) + rows if page is None else 1 + page * (rows + int(_is_record(named)))
        return Below(
            depth=1 + below.depth,
            aliases=again + below.aliases,
            selections=1 + below.selections,
            rows=rows,
            deepest=(key, *below.deepest),
            longest=(key, *below.longest),
            dearest=(key, *below.dearest),
        )

    def _sum(self, each: Sequence[Below]) -> Below:
        """Together, with the paths of those that cost most."""
        if not each:
            return Below()
        deepest = max(each, key=lambda one: one.depth)
        selections, rows = sum(one.selections for one in each), sum(one.rows for one in each)
        longest = max(each, key=lambda one: one.selections)
        dearest = max(each, key=lambda one: one.rows)
        return Below(
            depth=deepest.depth,
            aliases=sum(one.aliases for one in each),
            selections=selections,
            rows=rows,
            deepest=deepest.deepest,
            longest=longest.longest if longest.selections > 1 else (),
            dearest=dearest.dearest if dearest.rows else (),
        )

    def _page(self, node: FieldNode, definition: GraphQLField, parent: Any) -> int | None:
        """How many values a field has at most, where it has many."""
        arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
        is_list = _is_list(definition)
        if parent is not None and parent.name.startswith("__"):
            return _of_introspection(self._schema, node.name.value) if is_list else None
        if "first" in definition.args:
            return self._first(arguments, ("first", "last", "limit"), DEFAULT_PAGE_SIZE)
        if "groupBy" in definition.args:
            return self._first(arguments, ("limit",), DEFAULT_GROUPS) * SAMPLE
        if "limit" in definition.args:
            return self._first(arguments, ("limit",), DEFAULT_PAGE_SIZE)
        if not is_list:
            return None
        return DEFAULT_PAGE_SIZE if definition.args else None  # what is written, or duplicates

    def _first(self, arguments: Mapping[str, ValueNode], names: Sequence[str], default: int) -> int:
        """The first size that is given."""
        for name in names:
            size = self._size(arguments.get(name))
            if size is not None:
                return min(max(size, 0), self._max_page_size)
        return default

    def _size(self, value: ValueNode | None) -> int | None:
        if isinstance(value, VariableNode):
            name = value.name.value
            self.asked[name] = None
            return _size_of(self._variables[name]) if name in self._variables else self._size(self._defaults.get(name))
        return _size_of(value.value) if isinstance(value, IntValueNode) else None


def _definition(schema: GraphQLSchema, parent: Any, name: str) -> GraphQLField | None:
    if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        return None
    if name in ("__schema", "__type") and parent is schema.query_type:
        return SchemaMetaFieldDef if name == "__schema" else TypeMetaFieldDef
    found: GraphQLField | None = parent.fields.get(name)
    return found


def _is_list(definition: GraphQLField) -> bool:
    nullable = definition.type.of_type if isinstance(definition.type, GraphQLNonNull) else definition.type
    return isinstance(nullable, GraphQLList)


def _is_record(type_: Any) -> bool:
    """Whether it is read by itself: a record, or a part of the schema's description."""
    return isinstance(type_, GraphQLObjectType) and ("id" in type_.fields or type_.name.startswith("__"))


def _size_of(value: Any) -> int | None:
    """The size that a value says: a number or its digits."""
    if isinstance(value, str):
        digits = value.lstrip("-")
        if not digits.isdecimal():
            return None
        return int(value) if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if abs(value) < 10**_MOST_DIGITS else 10**_MOST_DIGITS
    return None


@lru_cache
def _of_introspection(schema: GraphQLSchema, name: str) -> int:
    """How many values a list in the description of the schema has, on the average."""
    types = schema.type_map.values()
    with_fields = [one for one in types if isinstance(one, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [field for one in with_fields for field in one.fields.values()]
    values = {
        "types": len(types),
        "fields": len(fields) / len(types),
        "args": sum(len(field.args) for field in fields) / len(fields),
        "inputFields": sum(len(one.fields) for one in types if isinstance(one, GraphQLInputObjectType)) / len(types),
        "enumValues": sum(len(one.values) for one in types if isinstance(one, GraphQLEnumType)) / len(types),
        "directives": len(schema.directives),
    }
    return ceil(values.get(name, 1))
