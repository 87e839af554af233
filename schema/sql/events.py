"""What all statements about events share: the ids of what they make, and the difference that an update made."""

from schema.catalog.model import ObjectType
from schema.declare.stable_ids import object_id
from schema.sql.fragments import literal

MEMBER_ID = "workspaceMemberId"

_ORDINALS = 4096  # that fit into the 12 bits after the version


def new_id(moment: str, ordinal: str) -> str:
    """A UUIDv7 of a moment; within it, ids rise with the ordinal. (Random bits are those of a UUIDv4.)"""
    counted = f"lpad(to_hex(({ordinal}) % {_ORDINALS}), 3, '0')"
    random = "substr(replace(gen_random_uuid()::text, '-', ''), 17)"
    return f"({_milliseconds(moment)} || '7' || {counted} || {random})::uuid"


def least_id(moment: str) -> str:
    """No UUIDv7 that was made since is less."""
    return f"rpad({_milliseconds(moment)}, 32, '0')::uuid"


def _milliseconds(moment: str) -> str:
    return f"lpad(to_hex(floor(extract(epoch FROM {moment}) * 1000)::bigint), 12, '0')"


def diff(before: str, record: str, fields: str) -> str:
    """The JSON of `{field: {before, after}}`, of two JSON values and an array of fields."""
    return (
        f"(SELECT coalesce(json_object_agg(field, json_build_object('before', {before} -> field,"
        f" 'after', {record} -> field)), '{{}}') FROM unnest({fields}) AS field)"
    )


def member_of(origin: str) -> str:
    """The id of the member who did it, or null."""
    return f"({origin} ->> '{MEMBER_ID}')::uuid"


def stable_id(object_type: ObjectType) -> str:
    return literal(str(object_id(object_type.name)))
