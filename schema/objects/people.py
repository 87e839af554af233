"""People and the companies they work for."""

from uuid import UUID

from schema.declare import columns as col
from schema.declare.traits import Traits, Unique
from schema.objects.record import Record


class Person(Record, table=True):
    """A person."""

    traits = Traits(
        plural="people",
        label="Person",
        label_plural="People",
        icon="IconUser",
        identifier="name",
        relations=(
            "company",
            "pointOfContactForOpportunities",
            "taskTargets",
            "noteTargets",
            "favorites",
            "attachments",
            "messageParticipants",
            "calendarEventParticipants",
            "timelineActivities",
        ),
        system=False,
        audited=True,
        deduplicated=True,
        duplicates=(("name.firstName", "name.lastName"), ("linkedinLink.primaryLinkUrl",), ("emails.primaryEmail",)),
        unique=(Unique(("emailsPrimaryEmail",), not_empty=True),),
        search=("nameFirstName", "nameLastName", "emailsPrimaryEmail", "jobTitle"),
        search_priority=5,
        image="avatarUrl",
    )

    name = col.full_name(nullable=True)
    emails = col.emails()
    linkedinLink = col.links()
    xLink = col.links()
    jobTitle: str = col.text()
    phones = col.phones()
    city: str = col.text()
    avatarUrl: str = col.text()
    position: float = col.position()
    createdBy = col.actor()
    companyId: UUID | None = col.to_one("company", inverse="people")


class Company(Record, table=True):
    """A company."""

    traits = Traits(
        plural="companies",
        label="Company",
        label_plural="Companies",
        icon="IconBuildingSkyscraper",
        identifier="name",
        relations=(
            "people",
            "accountOwner",
            "taskTargets",
            "noteTargets",
            "opportunities",
            "favorites",
            "attachments",
            "timelineActivities",
        ),
        system=False,
        audited=True,
        deduplicated=True,
        duplicates=(("name",), ("domainName.primaryLinkUrl",)),
        unique=(Unique(("domainNamePrimaryLinkUrl",), not_empty=True),),
        search=("name", "domainNamePrimaryLinkLabel", "domainNamePrimaryLinkUrl"),
        search_priority=4,
        image="domainNamePrimaryLinkUrl",
    )

    name: str = col.text()
    domainName = col.links(nullable=False)
    employees: float | None = col.number()
    linkedinLink = col.links()
    xLink = col.links()
    annualRecurringRevenue = col.currency()
    address = col.address()
    idealCustomerProfile: bool = col.boolean(default=False)
    position: float = col.position()
    createdBy = col.actor()
    accountOwnerId: UUID | None = col.to_one("workspaceMember", inverse="accountOwnerForCompanies")
