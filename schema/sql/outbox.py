"""What a statement changed → the rows of the outbox, which say what happened to each record, by the same statement.

A row holds the record as it is stored, without its secrets: the relay makes of it what the API answers. Its place in
the outbox is drawn after the record is locked, so that the places of one record rise with its versions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schema.catalog.model import ObjectType
from schema.declare.secrets import SECRET_MASK
from schema.sql.fragments import WORKSPACE, literal
from schema.values.actions import Action

AFTER, BEFORE = "a", "b"
DELETED_AT = "deletedAt"


@dataclass(frozen=True, slots=True)
class Changed:
    """A CTE whose rows were created, changed or removed: they are as after it, removed ones as before it.

    What those that were changed were before is in the CTE that `locked` them. An update that gives `deletedAt` a value
    may delete or restore rows.
    """

    cte: str
    object_type: ObjectType
    action: Action
    locked: str = ""
    gives_deleted_at: bool = False


def written_to_outbox(changed: Sequence[Changed], origin: str) -> str:
    """The CTE that writes a row for each changed record. `origin` says who changes them."""
    rows = " UNION ALL ".join(map(_rows, changed))
    return (
        "told AS (INSERT INTO event_outbox AS new"
        " (workspace_id, object, action, record_id, before, after, secrets_changed, origin)"
        f" SELECT anchor.id, happened.*, {origin} FROM workspace anchor, ({rows}) happened"
        f" WHERE anchor.id = {WORKSPACE} RETURNING new.record_id)"
    )


def _rows(changed: Changed) -> str:
    object_type = changed.object_type
    named = f"{literal(object_type.name)}, {_action(changed)}"
    secrets = "NULL::text[]"
    match changed.action:
        case Action.CREATE:
            images = f"NULL::json, {_image(object_type, AFTER)}"
        case Action.DESTROY:
            images = f"{_image(object_type, AFTER)}, NULL::json"
        case _:
            images = f"{_part(object_type, BEFORE)}, {_image(object_type, AFTER)}"
            secrets = _secrets_changed(object_type)
    return f"SELECT {named}, {AFTER}.id, {images}, {secrets} FROM {changed_rows(changed)}"


def changed_rows(changed: Changed, joined: str = "") -> str:
    """The changed rows and, of an update, those before, as an item of FROM with what is joined to them.

    A full join is never made by comparing each row with each other, which PostgreSQL does where it expects few. The
    condition, which leaves out rows that were locked and not changed, is one that it does not see through.
    """
    rows = f"{changed.cte} {AFTER}"
    if not changed.locked:
        return rows + joined
    changed_at_all = f"CASE WHEN {AFTER}.id IS NULL THEN FALSE ELSE TRUE END"
    return f"{rows} FULL JOIN {changed.locked} {BEFORE} ON {BEFORE}.id = {AFTER}.id{joined} WHERE {changed_at_all}"


def _action(changed: Changed) -> str:
    happened = literal(changed.action.value)
    if changed.action is not Action.UPDATE or not changed.gives_deleted_at:
        return happened
    was, is_now = f'{BEFORE}."{DELETED_AT}" IS NULL', f'{AFTER}."{DELETED_AT}" IS NULL'
    return (
        f"CASE WHEN {was} AND NOT {is_now} THEN {literal(Action.DELETE.value)}"
        f" WHEN {is_now} AND NOT {was} THEN {literal(Action.RESTORE.value)} ELSE {happened} END"
    )


def _image(object_type: ObjectType, alias: str) -> str:
    """The JSON of a row. Of a secret it says whether there is one."""
    if not any(column.secret for column in object_type.columns.values()):
        return f"row_to_json({alias})"
    return _part(object_type, alias)


def _part(object_type: ObjectType, alias: str) -> str:
    """The same of a row with more in it than the columns."""
    outputs = ", ".join(_masked(object_type, alias))
    return f"(SELECT row_to_json(shown) FROM (SELECT {outputs}) shown)"


def _masked(object_type: ObjectType, alias: str) -> Iterator[str]:
    for column in object_type.columns.values():
        read = column.read(alias)
        if column.secret:
            mask = f"CASE WHEN {read} = '' THEN '' ELSE {literal(SECRET_MASK)} END"
            yield f'{mask} AS "{column.name}"'
        else:
            yield read


def _secrets_changed(object_type: ObjectType) -> str:
    """The columns of secrets whose values differ, which the images do not tell."""
    secrets = [column for column in object_type.columns.values() if column.secret]
    if not secrets:
        return "NULL::text[]"
    names = ", ".join(
        f"CASE WHEN {column.read(BEFORE)} IS DISTINCT FROM {column.read(AFTER)} THEN {literal(column.name)} END"
        for column in secrets
    )
    return f"array_remove(ARRAY[{names}]::text[], NULL)"
