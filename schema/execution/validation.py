"""The rules that documents are validated by: those of the specification, one of them relaxed for ids.

Four say in our own way what may have been meant: GraphQL's own suggestions name what is hardly alike.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    GraphQLType,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.language import SKIP
from graphql.utilities.validate_input_value import validate_input_literal
from graphql.validation import (
    FieldsOnCorrectTypeRule,
    KnownArgumentNamesRule,
    KnownTypeNamesRule,
    ValuesOfCorrectTypeRule,
    VariablesInAllowedPositionRule,
)
from graphql.validation.rules.variables_in_allowed_position import allowed_variable_usage

from schema.execution import hints

_IDS = ("ID", "UUID")
MOST_HINTED = 5
"""Faults. Where there are more, none says what may have been meant, which is dear to find among hundreds of names."""


def faults(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """What is wrong with a document, up to a number of faults."""
    found = validate(schema, document, validation_rules(hinting=True), max_errors=MOST_HINTED, hide_suggestions=True)
    if len(found) <= MOST_HINTED:
        return found
    return validate(schema, document, validation_rules(), hide_suggestions=True)


class HintedFields(FieldsOnCorrectTypeRule):
    def report_error(self, error: GraphQLError) -> None:
        hint = hints.of_field(self.context.schema, self.context.get_parent_type(), _name(error))
        super().report_error(_with(error, hint))


class HintedArguments(KnownArgumentNamesRule):
    def enter_argument(self, node: ArgumentNode, *rest: Any) -> None:
        field, type_ = self.context.get_field_def(), self.context.get_parent_type()
        if field and type_ and not self.context.get_argument():
            name, of = node.name.value, f"{type_}.{rest[3][-1].name.value}"  # rest[3] are the nodes above
            message = f"Unknown argument '{name}' on field '{of}'.{hints.of_argument(field, name)}"
            self.report_error(GraphQLError(message, node))


class HintedTypes(KnownTypeNamesRule):
    def report_error(self, error: GraphQLError) -> None:
        assert self.context.schema is not None
        super().report_error(_with(error, hints.of_type(self.context.schema, _name(error))))


class HintedValues(ValuesOfCorrectTypeRule):
    def is_valid_value_node(self, node: ValueNode, input_type: Any) -> Any:
        def report(error: GraphQLError, path: list[str | int]) -> None:
            self.report_error(_with(error, _hint_of_value(error, _type_at(input_type, path))))

        if input_type:
            validate_input_literal(node, input_type, report, hide_suggestions=True)
        return SKIP


def _with(error: GraphQLError, hint: str) -> GraphQLError:
    error.message += hint
    return error


def _name(error: GraphQLError) -> str:
    """Of what an error is about."""
    node: Any = error.nodes[0] if error.nodes else None
    return str(node.name.value)


def _hint_of_value(error: GraphQLError, type_: Any) -> str:
    """By the node that the fault of a literal names."""
    node = error.nodes[0] if error.nodes else None
    match type_:
        case GraphQLEnumType():
            return hints.of_enum(type_)
        case GraphQLInputObjectType() if isinstance(node, ObjectFieldNode):
            return hints.of_input_field(type_, node.name.value)
        case GraphQLInputObjectType() if not isinstance(node, ObjectValueNode):
            return hints.of_input_object(type_)
    return ""


def _type_at(type_: Any, path: list[str | int]) -> Any:
    """The named type at which a path into a value of a type ends."""
    for key in path:
        named = get_named_type(type_)
        type_ = named.fields[key].type if isinstance(key, str) else named
    return get_named_type(type_)


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


HINTED: Mapping[Any, Any] = {
    FieldsOnCorrectTypeRule: HintedFields,
    KnownArgumentNamesRule: HintedArguments,
    KnownTypeNamesRule: HintedTypes,
    ValuesOfCorrectTypeRule: HintedValues,
}


@lru_cache(maxsize=2)
def validation_rules(*, hinting: bool = False) -> tuple[Any, ...]:
    own = {VariablesInAllowedPositionRule: IdsInAllowedPosition, **(HINTED if hinting else {})}
    return tuple(own.get(rule, rule) for rule in specified_rules)
