"""Deals."""

from datetime import datetime
from uuid import UUID

from schema.declare import columns as col
from schema.declare.traits import Traits
from schema.objects.record import Record

OPPORTUNITY_STAGE = {
    "NEW": "New",
    "SCREENING": "Screening",
    "MEETING": "Meeting",
    "PROPOSAL": "Proposal",
    "CUSTOMER": "Customer",
}


class Opportunity(Record, table=True):
    """A deal with a company."""

    traits = Traits(
        plural="opportunities",
        label="Opportunity",
        label_plural="Opportunities",
        icon="IconTargetArrow",
        identifier="name",
        relations=(
            "pointOfContact",
            "company",
            "favorites",
            "taskTargets",
            "noteTargets",
            "attachments",
            "timelineActivities",
        ),
        system=False,
        audited=True,
        deduplicated=True,
        duplicates=(("name", "companyId"),),
        indexes=(("stage", "deletedAt"),),
        search=("name",),
        search_priority=3,
    )

    name: str = col.text()
    amount = col.currency()
    closeDate: datetime | None = col.date_time()
    stage: str = col.select(OPPORTUNITY_STAGE, default="NEW")
    position: float = col.position()
    createdBy = col.actor()
    pointOfContactId: UUID | None = col.to_one("person", inverse="pointOfContactForOpportunities")
    companyId: UUID | None = col.to_one("company", inverse="opportunities")
