"""What happens to records, as events name it: `person.created`."""

from enum import Enum


class Action(Enum):
    """In the order in which they are listed."""

    CREATE = "created"
    UPDATE = "updated"
    DELETE = "deleted"
    RESTORE = "restored"
    DESTROY = "destroyed"


ACTIONS = tuple(action.value for action in Action)
"""Their names, as events have them."""
