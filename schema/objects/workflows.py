"""Workflows, their versions and runs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from schema.declare import columns as col
from schema.declare.traits import Traits
from schema.objects.record import Record

WORKFLOW_STATUSES = {
    "DRAFT": "Draft",
    "ACTIVE": "Active",
    "DEACTIVATED": "Deactivated",
}

WORKFLOW_VERSION_STATUS = {
    "DRAFT": "Draft",
    "ACTIVE": "Active",
    "DEACTIVATED": "Deactivated",
    "ARCHIVED": "Archived",
}

WORKFLOW_RUN_STATUS = {
    "NOT_STARTED": "Not started",
    "RUNNING": "Running",
    "COMPLETED": "Completed",
    "FAILED": "Failed",
}


class Workflow(Record, table=True):
    """A workflow."""

    traits = Traits(
        plural="workflows",
        label="Workflow",
        label_plural="Workflows",
        icon="IconSettingsAutomation",
        identifier="name",
        relations=("versions", "runs", "eventListeners", "favorites", "timelineActivities"),
        system=False,
        audited=True,
        duplicates=(("name",),),
    )

    name: str = col.text()
    lastPublishedVersionId: str | None = col.text(nullable=True)
    statuses: list[str] | None = col.multi_select(WORKFLOW_STATUSES)
    position: float = col.position()
    createdBy = col.actor()


class WorkflowVersion(Record, table=True):
    """A version of a workflow: its trigger and steps."""

    traits = Traits(
        plural="workflowVersions",
        label="Workflow Version",
        label_plural="Workflow Versions",
        icon="IconVersions",
        identifier="name",
        relations=("workflow", "runs", "favorites", "timelineActivities"),
        system=False,
        audited=True,
        duplicates=(("workflowId", "name"),),
    )

    name: str = col.text()
    trigger: Any = col.raw_json()
    steps: Any = col.raw_json()
    status: str = col.select(WORKFLOW_VERSION_STATUS, default="DRAFT")
    position: float = col.position()
    workflowId: UUID | None = col.to_one("workflow", inverse="versions", cascade=True, soft_cascade=True)


class WorkflowRun(Record, table=True):
    """A run of a workflow version."""

    traits = Traits(
        plural="workflowRuns",
        label="Workflow Run",
        label_plural="Workflow Runs",
        icon="IconHistoryToggle",
        identifier="name",
        relations=("workflowVersion", "workflow", "favorites", "timelineActivities"),
        system=False,
        audited=True,
        duplicates=(("workflowVersionId", "startedAt"),),
    )

    name: str = col.text()
    startedAt: datetime | None = col.date_time()
    endedAt: datetime | None = col.date_time()
    status: str = col.select(WORKFLOW_RUN_STATUS, default="NOT_STARTED")
    createdBy = col.actor()
    output: Any = col.raw_json()
    context: Any = col.raw_json()
    position: float = col.position()
    workflowVersionId: UUID = col.to_one("workflowVersion", inverse="runs", required=True, cascade=True)
    workflowId: UUID = col.to_one("workflow", inverse="runs", required=True, cascade=True, soft_cascade=True)


class WorkflowEventListener(Record, table=True):
    """An event that starts a workflow."""

    traits = Traits(
        plural="workflowEventListeners",
        label="WorkflowEventListener",
        label_plural="WorkflowEventListeners",
        icon="IconSettingsAutomation",
        identifier="eventName",
        relations=("workflow",),
        audited=True,
        duplicates=(("workflowId", "eventName"),),
    )

    eventName: str = col.text()
    workflowId: UUID | None = col.to_one("workflow", inverse="eventListeners", cascade=True, soft_cascade=True)
