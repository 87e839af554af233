"""The 37 objects, in the order in which they are listed everywhere."""

from schema.objects.activities import (
    Attachment,
    Favorite,
    FavoriteFolder,
    Note,
    NoteTarget,
    Task,
    TaskTarget,
    TimelineActivity,
)
from schema.objects.calendar import (
    CalendarChannel,
    CalendarChannelEventAssociation,
    CalendarEvent,
    CalendarEventParticipant,
)
from schema.objects.messaging import (
    Blocklist,
    ConnectedAccount,
    Message,
    MessageChannel,
    MessageChannelMessageAssociation,
    MessageFolder,
    MessageParticipant,
    MessageThread,
)
from schema.objects.people import Company, Person
from schema.objects.record import Record
from schema.objects.sales import Opportunity
from schema.objects.views import View, ViewField, ViewFilter, ViewFilterGroup, ViewGroup, ViewSort
from schema.objects.workflows import Workflow, WorkflowEventListener, WorkflowRun, WorkflowVersion
from schema.objects.workspace import ApiKey, AuditLog, Webhook, WorkspaceMember

MODELS: tuple[type[Record], ...] = (
    ApiKey,
    AuditLog,
    Attachment,
    Blocklist,
    CalendarEvent,
    CalendarChannel,
    CalendarChannelEventAssociation,
    CalendarEventParticipant,
    Company,
    ConnectedAccount,
    Favorite,
    FavoriteFolder,
    TimelineActivity,
    ViewField,
    ViewGroup,
    ViewFilter,
    ViewFilterGroup,
    ViewSort,
    View,
    Webhook,
    Workflow,
    WorkflowEventListener,
    WorkflowVersion,
    WorkflowRun,
    WorkspaceMember,
    MessageThread,
    Message,
    MessageChannel,
    MessageParticipant,
    MessageFolder,
    MessageChannelMessageAssociation,
    Note,
    NoteTarget,
    Opportunity,
    Person,
    Task,
    TaskTarget,
)
