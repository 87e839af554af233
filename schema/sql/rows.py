"""Which rows of an object a statement sees, and the conditions on them → FROM and WHERE.

This is the only place that says what a caller's rows are: whatever else is to hold for them goes in here.
"""

from schema.catalog.model import ObjectType
from schema.catalog.operators import Operand
from schema.plan.nodes import (
    TRUE,
    And,
    Compare,
    Condition,
    Exists,
    Filled,
    IsNull,
    Liveness,
    Not,
    Or,
    Quantifier,
    Rows,
)
from schema.sql.fragments import WORKSPACE, Scope, identifier, operand_type


def table(object_type: ObjectType, alias: str) -> str:
    """An item of FROM: the rows of all workspaces, of which `where` says which are seen."""
    return f"{identifier(object_type.table)} {alias}"


def source(scope: Scope, alias: str, rows: Rows, *also: str) -> str:
    """FROM and WHERE of the rows, each as `alias`."""
    return f"FROM {table(rows.object_type, alias)} WHERE {where(scope, alias, rows, *also)}"


def where(scope: Scope, alias: str, rows: Rows, *also: str) -> str:
    """The condition that the row `alias` is one of the rows, and that what else is given holds; the empty text does."""
    conditions = [f"{alias}.workspace_id = {WORKSPACE}", *filter(None, also)]
    if rows.where != TRUE:
        conditions.append(_predicate(scope, alias, rows.where))
    if rows.liveness is not Liveness.ANY:
        conditions.append(is_live(alias) if rows.liveness is Liveness.LIVE else f'{alias}."deletedAt" IS NOT NULL')
    return " AND ".join(conditions)


def both(*conditions: str) -> str:
    """That all of them hold, of which the empty text does."""
    return " AND ".join(filter(None, conditions))


def every_row(object_type: ObjectType) -> Rows:
    """Those of the workspace, deleted or not."""
    return Rows(object_type, liveness=Liveness.ANY)


def is_live(alias: str) -> str:
    return f'{alias}."deletedAt" IS NULL'


def no_row(alias: str) -> str:
    """True of no row of the workspace. It is no constant, since Citus cannot plan a join that is folded away."""
    return f"{alias}.workspace_id <> {WORKSPACE}"


def _predicate(scope: Scope, alias: str, condition: Condition) -> str:
    """The expression for a condition on the row `alias`."""
    match condition:
        case Compare(compared, operator, value):
            bind = scope.bind_keys if operator.operand is Operand.LIST and compared.is_key else scope.bind
            parameter = bind(value, operand_type(compared, operator.operand))
            return operator.sql.format(column=compared.read(alias), value=parameter)
        case IsNull(compared, operator, null):
            return operator.sql.format(column=compared.read(alias), value="NULL" if null else "NOT NULL")
        case Filled(filled):
            return f"{filled.read(alias)} <> ''"
        case And(conditions):
            return _joined(scope, alias, conditions, " AND ")
        case Or(conditions):
            return _joined(scope, alias, conditions, " OR ")
        case Not(inner) if _holds_always(inner):
            return no_row(alias)
        case Not(inner):
            return f"NOT ({_predicate(scope, alias, inner)})"
        case Exists():
            return _exists(scope, alias, condition)


def _exists(scope: Scope, alias: str, exists: Exists) -> str:
    rows, is_every = exists.rows, exists.quantifier is Quantifier.EVERY
    if _holds_always(exists):
        return "TRUE"
    related, relation = scope.alias(), exists.relation
    if relation.is_to_many:
        also = [f"{relation.key.read(related)} = {alias}.id"]
    else:
        also = [f"{related}.id = {relation.key.read(alias)}"]
    if is_every:
        also.append(f"({_predicate(scope, related, rows.where)}) IS NOT TRUE")
        rows = Rows(rows.object_type, TRUE, rows.liveness)
    negation = "" if exists.quantifier is Quantifier.SOME else "NOT "
    return f"{negation}EXISTS (SELECT {source(scope, related, rows, *also)})"


def _holds_always(condition: Condition) -> bool:
    """Whether it is one of all rows, as the empty condition is, and that every related row meets it."""
    match condition:
        case And(conditions):
            return all(map(_holds_always, conditions))
        case Or(conditions):
            return any(map(_holds_always, conditions))
        case Exists(_, Quantifier.EVERY, rows):
            return _holds_always(rows.where)
        case _:
            return False


def _joined(scope: Scope, alias: str, conditions: tuple[Condition, ...], connective: str) -> str:
    if not conditions:
        return "TRUE"
    return "(" + connective.join(_predicate(scope, alias, condition) for condition in conditions) + ")"
