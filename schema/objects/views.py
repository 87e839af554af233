"""How lists of records are shown."""

from uuid import UUID

from schema.declare import columns as col
from schema.declare.traits import Traits, Unique
from schema.objects.record import Record

VIEW_KEY = {
    "INDEX": "Index",
}

VIEW_OPEN_RECORD_IN = {
    "SIDE_PANEL": "Side Panel",
    "RECORD_PAGE": "Record Page",
}

VIEW_KANBAN_AGGREGATE_OPERATION = {
    "AVG": "Average",
    "COUNT": "Count",
    "MAX": "Maximum",
    "MIN": "Minimum",
    "SUM": "Sum",
    "COUNT_EMPTY": "Count empty",
    "COUNT_NOT_EMPTY": "Count not empty",
    "COUNT_UNIQUE_VALUES": "Count unique values",
    "PERCENTAGE_EMPTY": "Percent empty",
    "PERCENTAGE_NOT_EMPTY": "Percent not empty",
    "COUNT_TRUE": "Count true",
    "COUNT_FALSE": "Count false",
}

VIEW_FILTER_GROUP_LOGICAL_OPERATOR = {
    "AND": "AND",
    "OR": "OR",
    "NOT": "NOT",
}


class View(Record, table=True):
    """A way to show a list of records."""

    traits = Traits(
        plural="views",
        label="View",
        label_plural="Views",
        icon="IconLayoutCollage",
        identifier="name",
        relations=("viewFields", "viewGroups", "viewFilters", "viewFilterGroups", "viewSorts", "favorites"),
        duplicates=(("name", "objectMetadataId"),),
    )

    name: str = col.text()
    objectMetadataId: UUID = col.uuid(required=True)
    type: str = col.text("table")
    key: str | None = col.select(VIEW_KEY, default="INDEX", nullable=True)
    icon: str = col.text()
    kanbanFieldMetadataId: str = col.text()
    position: float = col.position()
    isCompact: bool = col.boolean(default=False)
    openRecordIn: str = col.select(VIEW_OPEN_RECORD_IN, default="SIDE_PANEL")
    kanbanAggregateOperation: str | None = col.select(VIEW_KANBAN_AGGREGATE_OPERATION, default="COUNT", nullable=True)
    kanbanAggregateOperationFieldMetadataId: UUID | None = col.uuid()


class ViewField(Record, table=True):
    """A column of a view."""

    traits = Traits(
        plural="viewFields",
        label="View Field",
        label_plural="View Fields",
        icon="IconTag",
        identifier="id",
        relations=("view",),
        duplicates=(("viewId", "fieldMetadataId"),),
        unique=(Unique(("fieldMetadataId", "viewId")),),
    )

    fieldMetadataId: UUID = col.uuid(required=True)
    isVisible: bool = col.boolean(default=True)
    size: float = col.number(0)
    position: float = col.number(0)
    aggregateOperation: str | None = col.select(VIEW_KANBAN_AGGREGATE_OPERATION, nullable=True)
    viewId: UUID = col.to_one("view", inverse="viewFields", required=True, cascade=True)


class ViewFilter(Record, table=True):
    """A filter of a view."""

    traits = Traits(
        plural="viewFilters",
        label="View Filter",
        label_plural="View Filters",
        icon="IconFilterBolt",
        identifier="id",
        relations=("view",),
        duplicates=(("viewId", "fieldMetadataId", "operand", "value"),),
    )

    fieldMetadataId: UUID = col.uuid(required=True)
    operand: str = col.text("Contains")
    value: str = col.text()
    displayValue: str = col.text()
    viewFilterGroupId: UUID | None = col.uuid()
    positionInViewFilterGroup: float | None = col.number()
    viewId: UUID | None = col.to_one("view", inverse="viewFilters", cascade=True)


class ViewFilterGroup(Record, table=True):
    """A group of filters of a view."""

    traits = Traits(
        plural="viewFilterGroups",
        label="View Filter Group",
        label_plural="View Filter Groups",
        icon="IconFilterBolt",
        identifier="id",
        relations=("view",),
        duplicates=(("viewId", "parentViewFilterGroupId", "logicalOperator"),),
    )

    parentViewFilterGroupId: UUID | None = col.uuid()
    logicalOperator: str = col.select(VIEW_FILTER_GROUP_LOGICAL_OPERATOR, default="NOT")
    positionInViewFilterGroup: float | None = col.number()
    viewId: UUID = col.to_one("view", inverse="viewFilterGroups", required=True, cascade=True)


class ViewGroup(Record, table=True):
    """A group of records in a view."""

    traits = Traits(
        plural="viewGroups",
        label="View Group",
        label_plural="View Groups",
        icon="IconTag",
        identifier="id",
        relations=("view",),
        duplicates=(("viewId", "fieldMetadataId", "fieldValue"),),
    )

    fieldMetadataId: UUID = col.uuid(required=True)
    isVisible: bool = col.boolean(default=True)
    fieldValue: str = col.text()
    position: float = col.number(0)
    viewId: UUID | None = col.to_one("view", inverse="viewGroups", cascade=True)


class ViewSort(Record, table=True):
    """A sort order of a view."""

    traits = Traits(
        plural="viewSorts",
        label="View Sort",
        label_plural="View Sorts",
        icon="IconArrowsSort",
        identifier="id",
        relations=("view",),
        duplicates=(("viewId", "fieldMetadataId"),),
        unique=(Unique(("fieldMetadataId", "viewId")),),
    )

    fieldMetadataId: UUID = col.uuid(required=True)
    direction: str = col.text("asc")
    viewId: UUID | None = col.to_one("view", inverse="viewSorts", cascade=True)
