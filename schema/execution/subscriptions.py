"""`onDbEvent`: a subscription → which events are wanted, and the response that tells one of them.

What is selected of an event is read once. The text of a response is made once for all who select the same of an event.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import orjson

from schema.bounded_memory import BoundedMemory
from schema.catalog.model import Catalog
from schema.context import Context, EventFilter, Grants, Policy, RecordEvent, Streamed
from schema.errors import ApiError, BadUserInput
from schema.execution.graphql_errors import rendered
from schema.plan.reader import Reader
from schema.plan.selection import TYPENAME
from schema.values.dates import iso
from schema.values.messages import as_json, did_you_mean
from schema.values.scopes import Right

ON_DB_EVENT = "onDbEvent"

LARGEST_NUMBER = 2**63 - 1
MOST_TEXTS = 4_000_000  # characters of responses that are remembered

Texts = BoundedMemory[tuple[Any, ...], bytes]

_SHOWN: Mapping[str, Callable[[RecordEvent], Any]] = {
    "id": lambda event: str(event.id),
    "number": lambda event: event.number,
    "action": lambda event: event.action.upper(),
    "objectNameSingular": lambda event: event.object_name,
    "recordId": lambda event: str(event.record_id),
    "eventDate": lambda event: iso(event.happened_at),
    "record": lambda event: orjson.Fragment(event.record),
    "before": lambda event: None if event.before is None else orjson.Fragment(event.before),
    "updatedFields": lambda event: event.updated_fields,
    TYPENAME: lambda event: "OnDbEvent",
}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription that is ready to run. `fields` are the names of what is told of an event, by response key."""

    key: str
    fields: tuple[tuple[str, str], ...]
    wanted: EventFilter
    after: int | None
    policy: Policy
    texts: Texts

    async def answers(self, context: Context) -> AsyncGenerator[Streamed, None]:
        """A response for each event; one with an error, and no more, where they cannot be told."""
        try:
            async with aclosing(context.events(self.wanted, self.after)) as events:
                async for event in events:
                    yield Streamed(self.text(event), event.number)
        except ApiError as error:
            shown = {**rendered(error), "path": [self.key]}
            yield Streamed(orjson.dumps({"errors": [shown], "data": None}))

    def text(self, event: RecordEvent) -> bytes:
        same = (event.id, self.policy, self.key, self.fields)
        text = self.texts.get(same)
        if text is None:
            told = {key: _SHOWN[name](event) for key, name in self.fields}
            text = orjson.dumps({"data": {self.key: told}})
            self.texts.put(same, text, len(text))
        return text


def new_texts() -> Texts:
    return BoundedMemory(MOST_TEXTS)


def subscription(reader: Reader, node: Any, last_event: str | None, texts: Texts) -> Subscription:
    """A subscription whose document is valid. Raises GraphQLError and BadUserInput."""
    ((key, nodes),) = reader.selected(node.selection_set, "Subscription").items()
    given = reader.arguments("Subscription", nodes[0])["input"]
    fields = [(name, found[0].name.value) for name, found in reader.subfields(nodes, "OnDbEvent").items()]
    after = given.get("after") if last_event is None else _number(last_event)
    if after is not None and not 0 <= after <= LARGEST_NUMBER:
        raise BadUserInput(f"after must be the number of an event, not {as_json(after)}")
    return Subscription(
        key, tuple(fields), _filter(reader.catalog, given, reader.policy.grants), after, reader.policy, texts
    )


def _filter(catalog: Catalog, given: Mapping[str, Any], grants: Grants) -> EventFilter:
    name, action = given.get("objectNameSingular"), given.get("action")
    if name is not None and name not in catalog.objects:
        raise BadUserInput(f"There is no object {as_json(name)}.{did_you_mean(name, catalog.objects)}")
    action = getattr(action, "value", action)
    objects = None
    if name is not None:
        grants.refuse([(catalog.objects[name], Right.READ)])
    elif grants.scopes is not None:
        objects = frozenset(own for own, one in catalog.objects.items() if grants.allow(one, Right.READ))
    return EventFilter(name, action and action.lower(), given.get("recordId") or None, objects)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_NUMBER))):
        raise BadUserInput(f"Last-Event-ID must be the number of an event, not {as_json(text)}")
    return int(text)
