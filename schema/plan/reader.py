"""Reads one request: which fields are selected below a field, and with which arguments.

Selections of the same response key are merged and fragments, `@skip` and `@include` resolved as the specification says;
what the document's validation has checked is not checked again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_argument_values,
    get_directive_values,
)
from graphql.execution.values import VariableValues

from schema.catalog.model import Catalog
from schema.context import Policy, Printing

Fields = Mapping[str, Sequence[FieldNode]]


@dataclass(frozen=True, slots=True)
class Reader:
    """What planning one request needs to know.

    `variables` are coerced. In them, and for the `caller`, placeholders may stand. `largest_page` is what a page of the
    root field is shortened to, where it is.
    """

    catalog: Catalog
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: dict[str, Any]
    policy: Policy
    printing: Printing
    caller: Any
    largest_page: int | None = None

    def subfields(self, nodes: Iterable[FieldNode], type_name: str) -> Fields:
        """The fields selected below `nodes`, which answer `type_name`, by response key in order of appearance."""
        found: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for node in nodes:
            if node.selection_set:
                self._collect(node.selection_set, type_name, found, visited)
        return found

    def selected(self, selections: SelectionSetNode, type_name: str) -> dict[str, list[FieldNode]]:
        """The fields of one selection set, by response key in order of appearance."""
        found: dict[str, list[FieldNode]] = {}
        self._collect(selections, type_name, found, set())
        return found

    def arguments(self, type_name: str, node: FieldNode) -> dict[str, Any]:
        """The coerced arguments of a field; one that is not given is absent."""
        parent = self.schema.type_map[type_name]
        assert isinstance(parent, GraphQLObjectType)
        return get_argument_values(parent.fields[node.name.value], node, self._variable_values)

    @property
    def _variable_values(self) -> VariableValues:
        return VariableValues(sources={}, coerced=self.variables)

    def _collect(
        self, selections: SelectionSetNode, type_name: str, found: dict[str, list[FieldNode]], visited: set[str]
    ) -> None:
        for selection in selections.selections:
            if not self._included(selection):
                continue
            if isinstance(selection, FieldNode):
                key = (selection.alias or selection.name).value
                found.setdefault(key, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                if selection.type_condition is None or selection.type_condition.name.value == type_name:
                    self._collect(selection.selection_set, type_name, found, visited)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in visited:
                visited.add(selection.name.value)
                fragment = self.fragments[selection.name.value]
                if fragment.type_condition.name.value == type_name:
                    self._collect(fragment.selection_set, type_name, found, visited)

    def _included(self, selection: SelectionNode) -> bool:
        if not selection.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, selection, self._variable_values)
        include = get_directive_values(GraphQLIncludeDirective, selection, self._variable_values)
        return not (skip and skip["if"]) and not (include and not include["if"])
