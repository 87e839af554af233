"""What no write may do to keys, members and webhooks → the CTE that refuses the whole write where one does.

The rules are about rows as they are locked and as they become, in the statement that changes them, so that no path
leads round them and no other writer can come in between. A row that breaks one is a row for the table `refusal`, which
takes none: the constraint that stops it says why.

Who calls is bound as the token says it: by a key, whose own row is read here, or as a member. Who has an `owner_id` is
bound to what is that member's own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from schema.declare.traits import Guard
from schema.plan.nodes.placeholders import CALLER, Deferred
from schema.sql.fragments import WORKSPACE, Scope, identifier, literal
from schema.sql.outbox import AFTER, BEFORE, Changed, changed_rows
from schema.sql.rows import both
from schema.values.actions import Action
from schema.values.refusals import Refusal
from schema.values.scopes import ANY

OWNER = "owner_id"
HOLDER, STORED = "holder", "stored"
"""The aliases of the caller's own key, and of the changed row as the statement finds it."""

Rule = tuple[Refusal, str]
"""Why a row is refused, and the condition of that."""


def bound(scope: Scope, name: str, sql_type: str) -> str:
    """What the caller has by this name."""
    return scope.bind(Deferred(CALLER, attrgetter(name)), sql_type)


def holder(scope: Scope, changed: Sequence[Changed]) -> str | None:
    """The CTE of the caller's own key, for the rules of keys. It comes before the changes, which may be of that key."""
    types = [one.object_type for one in changed if one.object_type.traits.guard is Guard.KEYS]
    if not types:
        return None
    return (
        f"{HOLDER} AS MATERIALIZED (SELECT own.* FROM {identifier(types[0].table)} own"
        f" WHERE own.workspace_id = {WORKSPACE} AND own.id = {bound(scope, 'api_key_id', 'uuid')}"
        ' AND own."deletedAt" IS NULL AND own."revokedAt" IS NULL)'
    )


def refused(scope: Scope, changed: Sequence[Changed]) -> str | None:
    """The CTE that refuses what breaks a rule, where a write changes what has some."""
    rows = " UNION ALL ".join(filter(None, (_rows(scope, one) for one in changed)))
    if not rows:
        return None
    return (
        "refused AS (INSERT INTO refusal AS new (workspace_id, reason)"
        f" SELECT anchor.id, found.reason FROM workspace anchor, ({rows}) found"
        f" WHERE anchor.id = {WORKSPACE} AND found.reason IS NOT NULL RETURNING new.reason)"
    )


def _rows(scope: Scope, changed: Changed) -> str:
    """For each changed row the first reason against it, if there is one."""
    guard = changed.object_type.traits.guard
    if guard is None or (guard is Guard.LISTENERS and changed.action is Action.DESTROY):
        return ""
    joined, rules = _RULES[guard](scope, changed)
    reason = " ".join(f"WHEN {condition} THEN {literal(refusal.name)}" for refusal, condition in rules)
    return f"SELECT CASE {reason} END AS reason FROM {changed_rows(changed, joined)}"


def _keys(scope: Scope, changed: Changed) -> tuple[str, Iterable[Rule]]:
    table = identifier(changed.object_type.table)
    key = bound(scope, "api_key_id", "uuid")
    joined = (
        f" LEFT JOIN {table} {STORED} ON {STORED}.workspace_id = {WORKSPACE} AND {STORED}.id = {AFTER}.id"
        f" LEFT JOIN {HOLDER} ON {HOLDER}.id = {key}"
    )
    return joined, _rules_of_keys(scope, changed.action, key)


def _rules_of_keys(scope: Scope, action: Action, key: str) -> Iterator[Rule]:
    """The caller's own row may have been changed since the statement began; as it is locked, it says what is left."""
    yield Refusal.GONE, f"{key} IS NOT NULL AND {HOLDER}.id IS NULL"
    limit = f"{HOLDER}.scopes"
    if action is Action.CREATE:
        yield Refusal.LONGER, f'{key} IS NOT NULL AND {AFTER}."expiresAt" > {_end(scope)}'
        yield Refusal.STRONGER, _is_stronger(f"{AFTER}.scopes", limit)
        return
    owner = bound(scope, OWNER, "uuid")
    yield Refusal.OTHERS, f"{owner} IS NOT NULL AND {STORED}.{OWNER} IS DISTINCT FROM {owner}"
    if action is Action.DESTROY:
        yield Refusal.STRONGER, _is_stronger(f"{AFTER}.scopes", limit)
        return
    restored = f'({BEFORE}."deletedAt" IS NOT NULL AND {AFTER}."deletedAt" IS NULL)'
    forward = f'coalesce({AFTER}."revokedAt" <= {BEFORE}."revokedAt", false) AND NOT {restored}'
    yield Refusal.REVOKED, f'{BEFORE}."revokedAt" IS NOT NULL AND NOT ({forward})'
    is_own = f"{AFTER}.id = {key}"
    end = f'CASE WHEN {is_own} THEN {BEFORE}."expiresAt" ELSE {_end(scope)} END'
    longer = f'({AFTER}."expiresAt" > {BEFORE}."expiresAt" OR {restored})'
    yield Refusal.LONGER, f'{key} IS NOT NULL AND {longer} AND {AFTER}."expiresAt" > {end}'
    limit = f"CASE WHEN {is_own} THEN {BEFORE}.scopes ELSE {limit} END"
    yield Refusal.STRONGER, " OR ".join(_is_stronger(f"{row}.scopes", limit) for row in (AFTER, BEFORE))


def _end(scope: Scope) -> str:
    """When the caller's own key and token end."""
    return f'least({HOLDER}."expiresAt", {bound(scope, "ends_at", "timestamptz")})'


def _is_stronger(scopes: str, limit: str) -> str:
    """Whether some scope, or the lack of any, grants what none of `limit` does; of no limit, everything is granted."""
    plural, right = "split_part(one.scope, ':', 1)", "split_part(one.scope, ':', 2)"
    covering = f"ARRAY[one.scope, {plural} || ':{ANY}', '{ANY}:' || {right}, '{ANY}:{ANY}']"
    beyond = f"EXISTS (SELECT FROM unnest({scopes}) one(scope) WHERE NOT ({limit}) && {covering})"
    return f"(({limit}) IS NOT NULL AND ({scopes} IS NULL OR {beyond}))"


def _members(scope: Scope, changed: Changed) -> tuple[str, Iterable[Rule]]:
    owner = bound(scope, OWNER, "uuid")
    return "", [(Refusal.OTHERS, f"{owner} IS NOT NULL AND {AFTER}.id <> {owner}")]


def _listeners(scope: Scope, changed: Changed) -> tuple[str, Iterable[Rule]]:
    """A webhook that is deleted tells nothing. One that told of more is not led elsewhere with what it has not sent."""
    told = bound(scope, "told", "text[]")

    def tells(row: str) -> str:
        names = f"unnest({row}.operations) one(name)"
        return f"EXISTS (SELECT FROM {names} WHERE split_part(one.name, '.', 1) <> ALL({told}))"

    refused = f'({AFTER}."deletedAt" IS NULL AND {tells(AFTER)})'
    if changed.locked:
        was, now = (f'({row}.operations, {row}."targetUrl")' for row in (BEFORE, AFTER))
        deleted = f'({AFTER}."deletedAt" IS NOT NULL AND {now} IS NOT DISTINCT FROM {was})'
        refused = f"({refused} OR ({tells(BEFORE)} AND NOT {deleted}))"
    return "", [(Refusal.TELLING, both(f"{told} IS NOT NULL", refused))]


_RULES: Mapping[Guard, Callable[[Scope, Changed], tuple[str, Iterable[Rule]]]] = {
    Guard.KEYS: _keys,
    Guard.MEMBERS: _members,
    Guard.LISTENERS: _listeners,
}
"""For each guard, what is joined to the changed rows, and the rules, in the order in which they are told."""
