"""Calendars and their events."""

from datetime import datetime
from uuid import UUID

from schema.declare import columns as col
from schema.declare.traits import Traits
from schema.objects.record import Record

CALENDAR_EVENT_PARTICIPANT_RESPONSE_STATUS = {
    "NEEDS_ACTION": "Needs Action",
    "DECLINED": "Declined",
    "TENTATIVE": "Tentative",
    "ACCEPTED": "Accepted",
}

CALENDAR_CHANNEL_SYNC_STATUS = {
    "ONGOING": "Ongoing",
    "NOT_SYNCED": "Not Synced",
    "ACTIVE": "Active",
    "FAILED_INSUFFICIENT_PERMISSIONS": "Failed Insufficient Permissions",
    "FAILED_UNKNOWN": "Failed Unknown",
}

CALENDAR_CHANNEL_SYNC_STAGE = {
    "FULL_CALENDAR_EVENT_LIST_FETCH_PENDING": "Full calendar event list fetch pending",
    "PARTIAL_CALENDAR_EVENT_LIST_FETCH_PENDING": "Partial calendar event list fetch pending",
    "CALENDAR_EVENT_LIST_FETCH_ONGOING": "Calendar event list fetch ongoing",
    "CALENDAR_EVENTS_IMPORT_PENDING": "Calendar events import pending",
    "CALENDAR_EVENTS_IMPORT_ONGOING": "Calendar events import ongoing",
    "FAILED": "Failed",
}

CALENDAR_CHANNEL_VISIBILITY = {
    "METADATA": "Metadata",
    "SHARE_EVERYTHING": "Share Everything",
}

CALENDAR_CHANNEL_CONTACT_AUTO_CREATION_POLICY = {
    "AS_PARTICIPANT_AND_ORGANIZER": "As Participant and Organizer",
    "AS_PARTICIPANT": "As Participant",
    "AS_ORGANIZER": "As Organizer",
    "NONE": "None",
}


class CalendarEvent(Record, table=True):
    """An event of a calendar."""

    traits = Traits(
        plural="calendarEvents",
        label="Calendar event",
        label_plural="Calendar events",
        icon="IconCalendar",
        identifier="title",
        relations=("calendarChannelEventAssociations", "calendarEventParticipants"),
        duplicates=(("iCalUID",), ("title", "startsAt")),
    )

    title: str = col.text()
    isCanceled: bool = col.boolean(default=False)
    isFullDay: bool = col.boolean(default=False)
    startsAt: datetime | None = col.date_time()
    endsAt: datetime | None = col.date_time()
    externalCreatedAt: datetime | None = col.date_time()
    externalUpdatedAt: datetime | None = col.date_time()
    description: str = col.text()
    location: str = col.text()
    iCalUID: str = col.text(alias="iCalUid")
    conferenceSolution: str = col.text()
    conferenceLink = col.links()


class CalendarEventParticipant(Record, table=True):
    """Who takes part in an event."""

    traits = Traits(
        plural="calendarEventParticipants",
        label="Calendar event participant",
        label_plural="Calendar event participants",
        icon="IconCalendar",
        identifier="handle",
        relations=("calendarEvent", "person", "workspaceMember"),
        duplicates=(("calendarEventId", "handle"),),
    )

    handle: str = col.text()
    displayName: str = col.text()
    isOrganizer: bool = col.boolean(default=False)
    responseStatus: str = col.select(CALENDAR_EVENT_PARTICIPANT_RESPONSE_STATUS, default="NEEDS_ACTION")
    calendarEventId: UUID = col.to_one(
        "calendarEvent", inverse="calendarEventParticipants", required=True, cascade=True
    )
    personId: UUID | None = col.to_one("person", inverse="calendarEventParticipants")
    workspaceMemberId: UUID | None = col.to_one("workspaceMember", inverse="calendarEventParticipants")


class CalendarChannel(Record, table=True):
    """A calendar that is synchronised."""

    traits = Traits(
        plural="calendarChannels",
        label="Calendar Channel",
        label_plural="Calendar Channels",
        icon="IconCalendar",
        identifier="handle",
        relations=("connectedAccount", "calendarChannelEventAssociations"),
        duplicates=(("handle", "connectedAccountId"),),
    )

    handle: str = col.text()
    syncStatus: str | None = col.select(CALENDAR_CHANNEL_SYNC_STATUS, nullable=True)
    syncStage: str = col.select(CALENDAR_CHANNEL_SYNC_STAGE, default="FULL_CALENDAR_EVENT_LIST_FETCH_PENDING")
    visibility: str = col.select(CALENDAR_CHANNEL_VISIBILITY, default="SHARE_EVERYTHING")
    isContactAutoCreationEnabled: bool = col.boolean(default=True)
    contactAutoCreationPolicy: str = col.select(
        CALENDAR_CHANNEL_CONTACT_AUTO_CREATION_POLICY, default="AS_PARTICIPANT_AND_ORGANIZER"
    )
    isSyncEnabled: bool = col.boolean(default=True)
    syncCursor: str = col.text()
    syncedAt: datetime | None = col.date_time()
    syncStageStartedAt: datetime | None = col.date_time()
    throttleFailureCount: float = col.number(0)
    connectedAccountId: UUID = col.to_one("connectedAccount", inverse="calendarChannels", required=True, cascade=True)


class CalendarChannelEventAssociation(Record, table=True):
    """An event as a calendar holds it."""

    traits = Traits(
        plural="calendarChannelEventAssociations",
        label="Calendar Channel Event Association",
        label_plural="Calendar Channel Event Associations",
        icon="IconCalendar",
        identifier="id",
        relations=("calendarChannel", "calendarEvent"),
        duplicates=(("calendarChannelId", "eventExternalId"), ("calendarChannelId", "calendarEventId")),
    )

    eventExternalId: str = col.text()
    recurringEventExternalId: str = col.text()
    calendarChannelId: UUID = col.to_one(
        "calendarChannel", inverse="calendarChannelEventAssociations", required=True, cascade=True
    )
    calendarEventId: UUID = col.to_one(
        "calendarEvent", inverse="calendarChannelEventAssociations", required=True, cascade=True
    )
