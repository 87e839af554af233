"""What people write, plan, attach and pin to records."""

from datetime import datetime
from typing import Any
from uuid import UUID

from schema.declare import columns as col
from schema.declare.traits import Traits
from schema.objects.record import Record

TASK_STATUS = {
    "TODO": "To do",
    "IN_PROGRESS": "In progress",
    "DONE": "Done",
}


class Note(Record, table=True):
    """A note."""

    traits = Traits(
        plural="notes",
        label="Note",
        label_plural="Notes",
        icon="IconNotes",
        identifier="title",
        relations=("noteTargets", "attachments", "timelineActivities", "favorites"),
        system=False,
        audited=True,
        duplicates=(("title",),),
        search=("title", "bodyV2Markdown"),
        search_priority=2,
    )

    position: float = col.position()
    title: str = col.text()
    body: str | None = col.rich_text()
    bodyV2 = col.rich_text_v2()
    createdBy = col.actor()


class NoteTarget(Record, table=True):
    """What a note is about."""

    traits = Traits(
        plural="noteTargets",
        label="Note Target",
        label_plural="Note Targets",
        icon="IconCheckbox",
        identifier="id",
        relations=("note", "person", "company", "opportunity"),
        audited=True,
        duplicates=(("noteId", "personId"), ("noteId", "companyId"), ("noteId", "opportunityId")),
        attaches="noteId",
    )

    noteId: UUID | None = col.to_one("note", inverse="noteTargets", cascade=True)
    personId: UUID | None = col.to_one("person", inverse="noteTargets", cascade=True, alias="targetPersonId")
    companyId: UUID | None = col.to_one("company", inverse="noteTargets", cascade=True, alias="targetCompanyId")
    opportunityId: UUID | None = col.to_one(
        "opportunity", inverse="noteTargets", cascade=True, alias="targetOpportunityId"
    )


class Task(Record, table=True):
    """A task."""

    traits = Traits(
        plural="tasks",
        label="Task",
        label_plural="Tasks",
        icon="IconCheckbox",
        identifier="title",
        relations=("taskTargets", "attachments", "assignee", "timelineActivities", "favorites"),
        system=False,
        audited=True,
        duplicates=(("title",),),
        search=("title", "bodyV2Markdown"),
        search_priority=1,
    )

    position: float = col.position()
    title: str = col.text()
    body: str | None = col.rich_text()
    bodyV2 = col.rich_text_v2()
    dueAt: datetime | None = col.date_time()
    status: str | None = col.select(TASK_STATUS, default="TODO", nullable=True)
    createdBy = col.actor()
    assigneeId: UUID | None = col.to_one("workspaceMember", inverse="assignedTasks")


class TaskTarget(Record, table=True):
    """What a task is about."""

    traits = Traits(
        plural="taskTargets",
        label="Task Target",
        label_plural="Task Targets",
        icon="IconCheckbox",
        identifier="id",
        relations=("task", "person", "company", "opportunity"),
        audited=True,
        duplicates=(("taskId", "personId"), ("taskId", "companyId"), ("taskId", "opportunityId")),
        attaches="taskId",
    )

    taskId: UUID | None = col.to_one("task", inverse="taskTargets", cascade=True)
    personId: UUID | None = col.to_one("person", inverse="taskTargets", cascade=True, alias="targetPersonId")
    companyId: UUID | None = col.to_one("company", inverse="taskTargets", cascade=True, alias="targetCompanyId")
    opportunityId: UUID | None = col.to_one(
        "opportunity", inverse="taskTargets", cascade=True, alias="targetOpportunityId"
    )


class Attachment(Record, table=True):
    """A file attached to a record."""

    traits = Traits(
        plural="attachments",
        label="Attachment",
        label_plural="Attachments",
        icon="IconFileImport",
        identifier="name",
        relations=("author", "task", "note", "person", "company", "opportunity"),
        audited=True,
        duplicates=(("name", "fullPath"),),
    )

    name: str = col.text()
    fullPath: str = col.text()
    type: str = col.text()
    authorId: UUID | None = col.to_one("workspaceMember", inverse="authoredAttachments")
    taskId: UUID | None = col.to_one("task", inverse="attachments", cascade=True)
    noteId: UUID | None = col.to_one("note", inverse="attachments", cascade=True)
    personId: UUID | None = col.to_one("person", inverse="attachments", cascade=True)
    companyId: UUID | None = col.to_one("company", inverse="attachments", cascade=True)
    opportunityId: UUID | None = col.to_one("opportunity", inverse="attachments", cascade=True)


class TimelineActivity(Record, table=True):
    """An event on a record's timeline."""

    traits = Traits(
        plural="timelineActivities",
        label="Timeline Activity",
        label_plural="Timeline Activities",
        icon="IconTimelineEvent",
        identifier="id",
        relations=(
            "workspaceMember",
            "person",
            "company",
            "opportunity",
            "note",
            "task",
            "workflow",
            "workflowVersion",
            "workflowRun",
        ),
        duplicates=(("name", "linkedRecordId", "happensAt"),),
        timeline=True,
    )

    happensAt: datetime = col.date_time(default=col.NOW)
    name: str = col.text()
    properties: Any = col.raw_json()
    linkedRecordCachedName: str = col.text()
    linkedRecordId: UUID | None = col.uuid()
    linkedObjectMetadataId: UUID | None = col.uuid()
    workspaceMemberId: UUID | None = col.to_one("workspaceMember", inverse="timelineActivities", cascade=True)
    personId: UUID | None = col.to_one("person", inverse="timelineActivities", cascade=True)
    companyId: UUID | None = col.to_one("company", inverse="timelineActivities", cascade=True)
    opportunityId: UUID | None = col.to_one("opportunity", inverse="timelineActivities")
    noteId: UUID | None = col.to_one("note", inverse="timelineActivities")
    taskId: UUID | None = col.to_one("task", inverse="timelineActivities")
    workflowId: UUID | None = col.to_one("workflow", inverse="timelineActivities", cascade=True)
    workflowVersionId: UUID | None = col.to_one("workflowVersion", inverse="timelineActivities", cascade=True)
    workflowRunId: UUID | None = col.to_one("workflowRun", inverse="timelineActivities", cascade=True)


class Favorite(Record, table=True):
    """A record that a member pinned."""

    traits = Traits(
        plural="favorites",
        label="Favorite",
        label_plural="Favorites",
        icon="IconHeart",
        identifier="id",
        relations=(
            "forWorkspaceMember",
            "person",
            "company",
            "favoriteFolder",
            "opportunity",
            "workflow",
            "workflowVersion",
            "workflowRun",
            "task",
            "note",
            "view",
        ),
        duplicates=(
            ("forWorkspaceMemberId", "personId"),
            ("forWorkspaceMemberId", "companyId"),
            ("forWorkspaceMemberId", "opportunityId"),
            ("forWorkspaceMemberId", "workflowId"),
            ("forWorkspaceMemberId", "workflowVersionId"),
            ("forWorkspaceMemberId", "workflowRunId"),
            ("forWorkspaceMemberId", "taskId"),
            ("forWorkspaceMemberId", "noteId"),
            ("forWorkspaceMemberId", "viewId"),
        ),
    )

    position: float = col.number(0)
    forWorkspaceMemberId: UUID | None = col.to_one("workspaceMember", inverse="favorites", cascade=True)
    personId: UUID | None = col.to_one("person", inverse="favorites", cascade=True)
    companyId: UUID | None = col.to_one("company", inverse="favorites", cascade=True)
    favoriteFolderId: UUID | None = col.to_one("favoriteFolder", inverse="favorites")
    opportunityId: UUID | None = col.to_one("opportunity", inverse="favorites", cascade=True)
    workflowId: UUID | None = col.to_one("workflow", inverse="favorites", cascade=True)
    workflowVersionId: UUID | None = col.to_one("workflowVersion", inverse="favorites", cascade=True)
    workflowRunId: UUID | None = col.to_one("workflowRun", inverse="favorites", cascade=True)
    taskId: UUID | None = col.to_one("task", inverse="favorites", cascade=True)
    noteId: UUID | None = col.to_one("note", inverse="favorites", cascade=True)
    viewId: UUID | None = col.to_one("view", inverse="favorites", cascade=True)


class FavoriteFolder(Record, table=True):
    """A folder of favorites."""

    traits = Traits(
        plural="favoriteFolders",
        label="Favorite Folder",
        label_plural="Favorite Folders",
        icon="IconFolder",
        identifier="id",
        relations=("favorites",),
        audited=True,
        duplicates=(("name",),),
    )

    position: float = col.number(0)
    name: str = col.text()
