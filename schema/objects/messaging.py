"""E-mail: accounts, channels, threads and their messages."""

from datetime import datetime
from uuid import UUID

from schema.declare import columns as col
from schema.declare.traits import Traits, Unique
from schema.objects.record import Record

MESSAGE_PARTICIPANT_ROLE = {
    "from": "From",
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
}

MESSAGE_CHANNEL_VISIBILITY = {
    "METADATA": "Metadata",
    "SUBJECT": "Subject",
    "SHARE_EVERYTHING": "Share Everything",
}

MESSAGE_CHANNEL_TYPE = {
    "email": "Email",
    "sms": "SMS",
}

MESSAGE_CHANNEL_CONTACT_AUTO_CREATION_POLICY = {
    "SENT_AND_RECEIVED": "Sent and Received",
    "SENT": "Sent",
    "NONE": "None",
}

MESSAGE_CHANNEL_SYNC_STATUS = {
    "ONGOING": "Ongoing",
    "NOT_SYNCED": "Not Synced",
    "ACTIVE": "Active",
    "FAILED_INSUFFICIENT_PERMISSIONS": "Failed Insufficient Permissions",
    "FAILED_UNKNOWN": "Failed Unknown",
}

MESSAGE_CHANNEL_SYNC_STAGE = {
    "FULL_MESSAGE_LIST_FETCH_PENDING": "Full messages list fetch pending",
    "PARTIAL_MESSAGE_LIST_FETCH_PENDING": "Partial messages list fetch pending",
    "MESSAGE_LIST_FETCH_ONGOING": "Messages list fetch ongoing",
    "MESSAGES_IMPORT_PENDING": "Messages import pending",
    "MESSAGES_IMPORT_ONGOING": "Messages import ongoing",
    "FAILED": "Failed",
}

MESSAGE_CHANNEL_MESSAGE_ASSOCIATION_DIRECTION = {
    "INCOMING": "Incoming",
    "OUTGOING": "Outgoing",
}


class MessageThread(Record, table=True):
    """A conversation of messages."""

    traits = Traits(
        plural="messageThreads",
        label="Message Thread",
        label_plural="Message Threads",
        icon="IconMessage",
        identifier="id",
        relations=("messages",),
    )


class Message(Record, table=True):
    """A message sent or received."""

    traits = Traits(
        plural="messages",
        label="Message",
        label_plural="Messages",
        icon="IconMessage",
        identifier="subject",
        relations=("messageThread", "messageParticipants", "messageChannelMessageAssociations"),
        duplicates=(("headerMessageId",),),
    )

    headerMessageId: str = col.text()
    subject: str = col.text()
    text: str = col.text()
    receivedAt: datetime | None = col.date_time()
    messageThreadId: UUID | None = col.to_one("messageThread", inverse="messages", cascade=True)


class MessageParticipant(Record, table=True):
    """Who sent or received a message."""

    traits = Traits(
        plural="messageParticipants",
        label="Message Participant",
        label_plural="Message Participants",
        icon="IconUserCircle",
        identifier="handle",
        relations=("message", "person", "workspaceMember"),
        duplicates=(("messageId", "handle", "role"),),
    )

    role: str = col.select(MESSAGE_PARTICIPANT_ROLE, default="from")
    handle: str = col.text()
    displayName: str = col.text()
    messageId: UUID = col.to_one("message", inverse="messageParticipants", required=True, cascade=True)
    personId: UUID | None = col.to_one("person", inverse="messageParticipants")
    workspaceMemberId: UUID | None = col.to_one("workspaceMember", inverse="messageParticipants")


class MessageChannel(Record, table=True):
    """A mailbox that is synchronised."""

    traits = Traits(
        plural="messageChannels",
        label="Message Channel",
        label_plural="Message Channels",
        icon="IconMessage",
        identifier="handle",
        relations=("connectedAccount", "messageChannelMessageAssociations", "messageFolders"),
        duplicates=(("handle", "connectedAccountId"),),
    )

    visibility: str = col.select(MESSAGE_CHANNEL_VISIBILITY, default="SHARE_EVERYTHING")
    handle: str = col.text()
    type: str = col.select(MESSAGE_CHANNEL_TYPE, default="email")
    isContactAutoCreationEnabled: bool = col.boolean(default=True)
    contactAutoCreationPolicy: str = col.select(MESSAGE_CHANNEL_CONTACT_AUTO_CREATION_POLICY, default="SENT")
    excludeNonProfessionalEmails: bool = col.boolean(default=True)
    excludeGroupEmails: bool = col.boolean(default=True)
    isSyncEnabled: bool = col.boolean(default=True)
    syncCursor: str = col.text()
    syncedAt: datetime | None = col.date_time()
    syncStatus: str | None = col.select(MESSAGE_CHANNEL_SYNC_STATUS, nullable=True)
    syncStage: str = col.select(MESSAGE_CHANNEL_SYNC_STAGE, default="FULL_MESSAGE_LIST_FETCH_PENDING")
    syncStageStartedAt: datetime | None = col.date_time()
    throttleFailureCount: float = col.number(0)
    connectedAccountId: UUID = col.to_one("connectedAccount", inverse="messageChannels", required=True, cascade=True)


class MessageFolder(Record, table=True):
    """A folder of a mailbox."""

    traits = Traits(
        plural="messageFolders",
        label="Message Folder",
        label_plural="Message Folders",
        icon="IconFolder",
        identifier="id",
        relations=("messageChannel",),
        duplicates=(("messageChannelId", "name"),),
    )

    name: str = col.text()
    syncCursor: str = col.text()
    messageChannelId: UUID = col.to_one("messageChannel", inverse="messageFolders", required=True, cascade=True)


class MessageChannelMessageAssociation(Record, table=True):
    """A message as a mailbox holds it."""

    traits = Traits(
        plural="messageChannelMessageAssociations",
        label="Message Channel Message Association",
        label_plural="Message Channel Message Associations",
        icon="IconMessage",
        identifier="id",
        relations=("messageChannel", "message"),
        duplicates=(("messageChannelId", "messageId"), ("messageChannelId", "messageExternalId")),
        unique=(Unique(("messageChannelId", "messageId")),),
    )

    messageExternalId: str | None = col.text(nullable=True)
    messageThreadExternalId: str | None = col.text(nullable=True)
    direction: str = col.select(MESSAGE_CHANNEL_MESSAGE_ASSOCIATION_DIRECTION, default="INCOMING")
    messageChannelId: UUID | None = col.to_one(
        "messageChannel", inverse="messageChannelMessageAssociations", cascade=True
    )
    messageId: UUID | None = col.to_one("message", inverse="messageChannelMessageAssociations", cascade=True)


class ConnectedAccount(Record, table=True):
    """An account of a member at a mail or calendar provider."""

    traits = Traits(
        plural="connectedAccounts",
        label="Connected Account",
        label_plural="Connected Accounts",
        icon="IconAt",
        identifier="handle",
        relations=("accountOwner", "messageChannels", "calendarChannels"),
        duplicates=(("handle", "provider"),),
    )

    handle: str = col.text()
    provider: str = col.text()
    accessToken: str = col.text(secret=True)
    refreshToken: str = col.text(secret=True)
    lastSyncHistoryId: str = col.text()
    authFailedAt: datetime | None = col.date_time()
    handleAliases: str = col.text()
    scopes: list[str] | None = col.array()
    accountOwnerId: UUID = col.to_one("workspaceMember", inverse="connectedAccounts", required=True, cascade=True)


class Blocklist(Record, table=True):
    """An address or domain whose messages a member does not want."""

    traits = Traits(
        plural="blocklists",
        label="Blocklist",
        label_plural="Blocklists",
        icon="IconForbid2",
        identifier="handle",
        relations=("workspaceMember",),
        duplicates=(("handle", "workspaceMemberId"),),
    )

    handle: str = col.text()
    workspaceMemberId: UUID = col.to_one("workspaceMember", inverse="blocklist", required=True, cascade=True)
