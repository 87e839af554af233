"""The rules that documents are validated by: those of the specification, one of them relaxed for ids."""

from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLType,
    OperationDefinitionNode,
    is_list_type,
    is_non_null_type,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.validation import VariablesInAllowedPositionRule
from graphql.validation.rules.variables_in_allowed_position import allowed_variable_usage

_IDS = ("ID", "UUID")
MOST_HINTED = 5
"""Faults. Where there are more, none says what may have been meant, which is dear to find among hundreds of names."""


def faults(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """What is wrong with a document, up to a number of faults."""
    found = validate(schema, document, validation_rules(), max_errors=MOST_HINTED)
    if len(found) <= MOST_HINTED:
        return found
    return validate(schema, document, validation_rules(), hide_suggestions=True)


class IdsInAllowedPosition(VariablesInAllowedPositionRule):
    """As the specified rule, but ID and UUID variables may stand for each other, nullable or not.

    Clients declare ids as either, depending on the version of the API that they were written for; every id is checked
    when the operation is planned.
    """

    def leave_operation_definition(self, operation: OperationDefinitionNode, *_: Any) -> None:
        for usage in self.context.get_recursive_variable_usages(operation):
            definition = self.var_def_map.get(usage.node.name.value)
            if definition is None or usage.type is None:
                continue
            variable_type = type_from_ast(self.context.schema, definition.type)
            if variable_type is None or _are_ids(variable_type, usage.type):
                continue
            if not allowed_variable_usage(
                self.context.schema, variable_type, definition.default_value, usage.type, usage.default_value
            ):
                self.report_error(
                    GraphQLError(
                        f"Variable '${usage.node.name.value}' of type '{variable_type}' used"
                        f" in position expecting type '{usage.type}'.",
                        [definition, usage.node],
                    )
                )


def _are_ids(one: GraphQLType, other: GraphQLType) -> bool:
    """Whether both are ids, or lists of ids, whatever may be null in them."""
    one_depth, one_name = _named(one)
    other_depth, other_name = _named(other)
    return one_depth == other_depth and one_name in _IDS and other_name in _IDS


def _named(type_: Any) -> tuple[int, str]:
    depth = 0
    while is_non_null_type(type_) or is_list_type(type_):
        depth += is_list_type(type_)
        type_ = type_.of_type
    return depth, type_.name


@lru_cache(maxsize=1)
def validation_rules() -> tuple[Any, ...]:
    return tuple(IdsInAllowedPosition if rule is VariablesInAllowedPositionRule else rule for rule in specified_rules)
