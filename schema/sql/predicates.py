"""A condition → a WHERE expression over one row."""

from schema.catalog.operators import Operand
from schema.plan.nodes import TRUE, And, Compare, Condition, Exists, Filled, IsNull, Not, Or, Quantifier
from schema.sql.fragments import Scope, column, identifier, in_workspace, is_live, operand_type


def predicate(scope: Scope, alias: str, condition: Condition) -> str:
    """The expression for a condition on the row `alias`."""
    match condition:
        case Compare(compared, operator, value):
            bind = scope.bind_keys if operator.operand is Operand.LIST and compared.is_key else scope.bind
            parameter = bind(value, operand_type(compared, operator.operand))
            return operator.sql.format(column=column(alias, compared.name), value=parameter)
        case IsNull(compared, operator, null):
            return operator.sql.format(column=column(alias, compared.name), value="NULL" if null else "NOT NULL")
        case Filled(filled):
            return f"{column(alias, filled.name)} <> ''"
        case And(conditions):
            return _joined(scope, alias, conditions, " AND ")
        case Or(conditions):
            return _joined(scope, alias, conditions, " OR ")
        case Not(inner):
            return f"NOT ({predicate(scope, alias, inner)})"
        case Exists():
            return _exists(scope, alias, condition)


def _exists(scope: Scope, alias: str, exists: Exists) -> str:
    related, relation = scope.alias(), exists.relation
    own, theirs = ("id", relation.foreign_key) if relation.is_to_many else (relation.foreign_key, "id")
    conditions = [in_workspace(related), f"{column(related, theirs)} = {column(alias, own)}"]
    if exists.live_only:
        conditions.append(is_live(related))
    if exists.where != TRUE or exists.quantifier is Quantifier.EVERY:
        where = predicate(scope, related, exists.where)
        conditions.append(f"({where}) IS NOT TRUE" if exists.quantifier is Quantifier.EVERY else where)
    negation = "" if exists.quantifier is Quantifier.SOME else "NOT "
    return f"{negation}EXISTS (SELECT FROM {identifier(relation.target)} {related} WHERE {' AND '.join(conditions)})"


def _joined(scope: Scope, alias: str, conditions: tuple[Condition, ...], connective: str) -> str:
    if not conditions:
        return "TRUE"
    return "(" + connective.join(predicate(scope, alias, condition) for condition in conditions) + ")"
