"""The objects: every class of `Record` in the modules of this folder is one."""

from importlib import import_module
from pkgutil import iter_modules

from schema.objects.record import Record

# fmt: off
LISTED = (
    "ApiKey", "AuditLog", "Attachment", "Blocklist", "CalendarEvent", "CalendarChannel",
    "CalendarChannelEventAssociation", "CalendarEventParticipant", "Company", "ConnectedAccount", "Favorite",
    "FavoriteFolder", "TimelineActivity", "ViewField", "ViewGroup", "ViewFilter", "ViewFilterGroup", "ViewSort",
    "View", "Webhook", "Workflow", "WorkflowEventListener", "WorkflowVersion", "WorkflowRun", "WorkspaceMember",
    "MessageThread", "Message", "MessageChannel", "MessageParticipant", "MessageFolder",
    "MessageChannelMessageAssociation", "Note", "NoteTarget", "Opportunity", "Person", "Task", "TaskTarget",
)
# fmt: on
"""The order in which they are listed everywhere; what is not in it comes after."""

for found in iter_modules(__path__):
    import_module(f"{__name__}.{found.name}")


def _place(model: type[Record]) -> int:
    return LISTED.index(model.__name__) if model.__name__ in LISTED else len(LISTED)


MODELS: tuple[type[Record], ...] = tuple(sorted(Record.__subclasses__(), key=_place))
