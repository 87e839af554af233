"""The workspace itself: its members, keys, webhooks and audit trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from schema.declare import columns as col
from schema.declare.tables import kept
from schema.declare.traits import Guard, Traits
from schema.objects.record import Record
from schema.values import scopes, webhooks

WORKSPACE_MEMBER_DATE_FORMAT = {
    "SYSTEM": "System",
    "MONTH_FIRST": "Month First",
    "DAY_FIRST": "Day First",
    "YEAR_FIRST": "Year First",
}

WORKSPACE_MEMBER_TIME_FORMAT = {
    "SYSTEM": "System",
    "HOUR_24": "24HRS",
    "HOUR_12": "12HRS",
}


class WorkspaceMember(Record, table=True):
    """A member of the workspace."""

    traits = Traits(
        plural="workspaceMembers",
        label="Workspace Member",
        label_plural="Workspace Members",
        icon="IconUserCircle",
        identifier="name",
        relations=(
            "assignedTasks",
            "favorites",
            "accountOwnerForCompanies",
            "authoredAttachments",
            "connectedAccounts",
            "messageParticipants",
            "blocklist",
            "calendarEventParticipants",
            "timelineActivities",
            "auditLogs",
        ),
        duplicates=(("userEmail",), ("userId",), ("name.firstName", "name.lastName")),
        search=("nameFirstName", "nameLastName", "userEmail"),
        image="avatarUrl",
        credential=True,
        guard=Guard.MEMBERS,
    )

    nonce: UUID | None = kept("uuid", "gen_random_uuid()")
    is_admin: bool = kept("boolean", "false")
    position: float = col.position()
    name = col.full_name()
    colorScheme: str = col.text("System")
    locale: str = col.text("en")
    avatarUrl: str = col.text()
    userEmail: str = col.text()
    userId: UUID = col.uuid(required=True)
    timeZone: str = col.text("system")
    dateFormat: str = col.select(WORKSPACE_MEMBER_DATE_FORMAT, default="SYSTEM")
    timeFormat: str = col.select(WORKSPACE_MEMBER_TIME_FORMAT, default="SYSTEM")


class ApiKey(Record, table=True):
    """A key that an API token rests on."""

    traits = Traits(
        plural="apiKeys",
        label="API Key",
        label_plural="API Keys",
        icon="IconRobot",
        identifier="name",
        duplicates=(("name",),),
        credential=True,
        guard=Guard.KEYS,
    )

    nonce: UUID | None = kept("uuid", "gen_random_uuid()")
    owner_id: UUID | None = kept("uuid")
    name: str = col.text()
    expiresAt: datetime = col.date_time(required=True)
    revokedAt: datetime | None = col.date_time()
    scopes: list[str] | None = col.array(None, check=scopes.check, example=["people:read", "*:create"])


class Webhook(Record, table=True):
    """An address that is told of events."""

    traits = Traits(
        plural="webhooks",
        label="Webhook",
        label_plural="Webhooks",
        icon="IconWebhook",
        identifier="targetUrl",
        duplicates=(("targetUrl",),),
        guard=Guard.LISTENERS,
    )

    targetUrl: str = col.text(check=webhooks.target_url, example="https://example.com/hook")
    operations: list[str] = col.array(["*.*"], check=webhooks.operations, example=["person.created", "*.deleted"])
    description: str | None = col.text(nullable=True)
    secret: str = col.text(secret=True, check=webhooks.secret, example="a secret of 16 letters or more")
    fields: list[str] = col.array([], check=webhooks.fields, example=["name"])
    pausedAt: datetime | None = col.date_time()
    pausedReason: str | None = col.text(None, nullable=True)


class AuditLog(Record, table=True):
    """An entry of the audit trail."""

    traits = Traits(
        plural="auditLogs",
        label="Audit Log",
        label_plural="Audit Logs",
        icon="IconTimelineEvent",
        identifier="name",
        relations=("workspaceMember",),
        audited=True,
        duplicates=(("name", "recordId"),),
        audit_trail=True,
    )

    name: str = col.text()
    properties: Any = col.raw_json()
    context: Any = col.raw_json()
    objectName: str = col.text()
    objectMetadataId: str = col.text()
    recordId: UUID | None = col.uuid()
    workspaceMemberId: UUID | None = col.to_one("workspaceMember", inverse="auditLogs")
