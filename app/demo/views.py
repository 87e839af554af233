"""The views of the made-up CRM: tables, a board of the deals by their stage, and the tasks that are not done."""

from app.demo.contacts import Record, record_id
from app.demo.words import STAGES
from schema.declare.stable_ids import field_id, object_id

TABLES = (  # (name, object, its fields)
    ("All Companies", "company", ("name", "domainName", "accountOwner", "employees", "address", "createdAt")),
    ("All People", "person", ("name", "emails", "company", "jobTitle", "phones", "city", "createdAt")),
    ("All Opportunities", "opportunity", ("name", "amount", "stage", "closeDate", "company", "pointOfContact")),
    ("All Tasks", "task", ("title", "status", "dueAt", "assignee", "createdAt")),
    ("All Notes", "note", ("title", "createdAt", "createdBy")),
)
BOARD = ("By Stage", "opportunity", ("name", "amount", "closeDate", "company", "pointOfContact"))
OPEN_TASKS = ("Open Tasks", "task", ("title", "status", "dueAt", "assignee"))


def views() -> dict[str, list[Record]]:
    """By the singular name of their object, in an order in which each finds those that it refers to."""
    names = ("view", "viewField", "viewGroup", "viewFilter", "viewSort")
    made: dict[str, list[Record]] = {name: [] for name in names}
    for name, about, fields in (*TABLES, BOARD, OPEN_TASKS):
        own_id = record_id(f"view {name}")
        made["view"].append({"id": own_id, "name": name, "objectMetadataId": str(object_id(about)), **_kind(name)})
        for position, field in enumerate(fields):
            column = {"fieldMetadataId": str(field_id(about, field)), "position": position, "size": 180}
            made["viewField"].append({"id": record_id(f"viewField {name}", position), "viewId": own_id, **column})
    about_stage = {"fieldMetadataId": _STAGE, "viewId": record_id(f"view {BOARD[0]}")}
    for position, stage in enumerate(STAGES):
        group = {"id": record_id("viewGroup", position), "fieldValue": stage, "position": position}
        made["viewGroup"].append({**group, **about_stage})
    open_tasks = {"viewId": record_id(f"view {OPEN_TASKS[0]}")}
    done = {"operand": "isNot", "value": '["DONE"]', "displayValue": "Done"}
    status, due = str(field_id("task", "status")), str(field_id("task", "dueAt"))
    made["viewFilter"].append({"id": record_id("viewFilter"), "fieldMetadataId": status, **done, **open_tasks})
    made["viewSort"].append({"id": record_id("viewSort"), "fieldMetadataId": due, "direction": "asc", **open_tasks})
    return made


_STAGE = str(field_id("opportunity", "stage"))


def _kind(name: str) -> Record:
    if name == BOARD[0]:
        return {"key": None, "type": "kanban", "icon": "IconLayoutKanban", "kanbanFieldMetadataId": _STAGE}
    return {"key": None if name == OPEN_TASKS[0] else "INDEX", "type": "table", "icon": "IconList"}
