"""The types of `onDbEvent`, the one field of Subscription: names and fields, of which the schema is built."""

from collections.abc import Mapping

from schema.execution.subscriptions import ON_DB_EVENT
from schema.values.actions import ACTIONS

__all__ = ["ACTION", "ACTIONS", "EVENT", "EVENT_FIELDS", "INPUT", "INPUT_FIELDS", "ON_DB_EVENT"]

ACTION = "DatabaseEventAction"
EVENT = "OnDbEvent"
INPUT = "OnDbEventInput"

INPUT_FIELDS: Mapping[str, str] = {
    "action": ACTION,
    "objectNameSingular": "String",
    "recordId": "UUID",
    "after": "BigInt",
}

EVENT_FIELDS: Mapping[str, str] = {
    "id": "UUID!",
    "number": "BigInt!",
    "action": f"{ACTION}!",
    "objectNameSingular": "String!",
    "recordId": "UUID!",
    "eventDate": "DateTime!",
    "record": "JSON!",
    "before": "JSON",
    "updatedFields": "[String!]",
}
