"""What a key may do: scopes such as `people:read`, of an object and an action, with `*` for any of either."""

from collections.abc import Collection, Iterable
from enum import Enum

from schema.values.messages import as_json, did_you_mean, invalid
from schema.values.model import Model

ANY = "*"
MOST_SCOPES = 500


class Right(Enum):
    """What may be granted on an object. A restore takes what a delete does, and a merge an update and a delete."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    DESTROY = "destroy"


RIGHTS = tuple(right.value for right in Right)


def scope(plural: str, right: Right | str) -> str:
    return f"{plural}:{right.value if isinstance(right, Right) else right}"


def covering(plural: str, right: Right | str) -> Collection[str]:
    """The scopes that each grant a right on an object alone."""
    return (scope(plural, right), scope(plural, ANY), scope(ANY, right), scope(ANY, ANY))


def check(scopes: Collection[str], field: str, model: Model) -> None:
    """Refuses what is not the plural name of an object and an action, or `*`, with a colon between them."""
    if len(scopes) > MOST_SCOPES:
        raise invalid(field, f"there are {len(scopes)} scopes; the limit is {MOST_SCOPES}")
    for number, one in enumerate(scopes):
        place = f"{field}[{number}]"
        plural, colon, right = one.partition(":")
        if not colon:
            raise invalid(place, f"{as_json(one)} is not like people:read, people:*, *:read or *:*")
        _refuse_unknown(place, one, plural, model.plurals, "object")
        _refuse_unknown(place, one, right, RIGHTS, "action")


def _refuse_unknown(place: str, whole: str, part: str, known: Iterable[str], what: str) -> None:
    if part != ANY and part not in known:
        raise invalid(place, f"{as_json(whole)} has the unknown {what} {as_json(part)}.{did_you_mean(part, known)}")
