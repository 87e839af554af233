"""A condition → a WHERE expression over one row."""

from schema.plan.nodes import And, Compare, Condition, IsNull, Not, Or
from schema.sql.fragments import Scope, column, operand_type


def predicate(scope: Scope, alias: str, condition: Condition) -> str:
    """The expression for a condition on the row `alias`."""
    match condition:
        case Compare(compared, operator, value):
            assert operator.sql is not None, operator.name
            parameter = scope.bind(value, operand_type(compared, operator.operand))
            return operator.sql.format(column=column(alias, compared.name), value=parameter)
        case IsNull(compared, operator, null):
            assert operator.sql is not None, operator.name
            return operator.sql.format(column=column(alias, compared.name), value="NULL" if null else "NOT NULL")
        case And(conditions):
            return _joined(scope, alias, conditions, " AND ")
        case Or(conditions):
            return _joined(scope, alias, conditions, " OR ")
        case Not(inner):
            return f"NOT ({predicate(scope, alias, inner)})"


def _joined(scope: Scope, alias: str, conditions: tuple[Condition, ...], connective: str) -> str:
    if not conditions:
        return "TRUE"
    return "(" + connective.join(predicate(scope, alias, condition) for condition in conditions) + ")"
