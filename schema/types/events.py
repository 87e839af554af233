"""`events`: the field of Query that answers the log of the workspace. Its JSON comes finished from one statement."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from schema.catalog.model import Catalog
from schema.execution.finished_json import Finished, fragment
from schema.execution.resolvers import Info, reader_of
from schema.plan import feed
from schema.plan.nodes import EventPage, ReadEvents
from schema.plan.reader import Reader
from schema.plan.selection import TYPENAME

FILTER = "EventFilterInput"
FILTER_FIELDS = {"object": "String", "action": "String", "recordId": "ID", "since": "Date"}
ARGUMENTS = {"after": "String", "first": "Int", "filter": FILTER}
RESULT = f"{feed.CONNECTION}!"

OUTPUTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    feed.ACTOR: (
        "Who changed a record: a member, or an API key.",
        {"source": "String", "name": "String", "workspaceMemberId": "UUID", "apiKeyId": "UUID"},
    ),
    feed.EVENT: (
        "A record that was created, updated, deleted, restored or destroyed. `record` is how it is after that, or how"
        " it was where it is destroyed; `before`, `updatedFields` and `diff` are there for updates.",
        {
            "number": "BigInt!",
            "id": "UUID!",
            "name": "String!",
            "object": "String!",
            "action": "String!",
            "recordId": "UUID!",
            "record": "RawJSONScalar!",
            "before": "RawJSONScalar",
            "updatedFields": "[String!]",
            "diff": "RawJSONScalar",
            "actor": f"{feed.ACTOR}!",
            "requestId": "String",
            "eventDate": "DateTime!",
        },
    ),
    feed.EDGE: ("", {"node": f"{feed.EVENT}!", "cursor": "Cursor!"}),
    feed.PAGE_INFO: (
        "`endCursor` is where to go on: on the last page the end of the log, so that it can be asked again later.",
        {"hasNextPage": "Boolean!", "endCursor": "ConnectionCursor"},
    ),
    feed.CONNECTION: (
        "Events in the order of their numbers.",
        {"edges": f"[{feed.EDGE}!]!", "pageInfo": f"{feed.PAGE_INFO}!"},
    ),
}
"""The types of outputs with their descriptions."""


def events_resolver(catalog: Catalog) -> Callable[..., Awaitable[Finished]]:
    async def events(info: Info, **_arguments: Any) -> Finished:
        reader, nodes = reader_of(catalog, info)
        plan = feed.feed(reader, nodes)
        run = info.context.run
        (row,) = await run.context.read(run.printed(plan))
        page = plan.row(row)
        feed.refuse_cursor(plan, page)
        edges = iter(page.edges)
        asked = reader.subfields(nodes, feed.CONNECTION)
        return Finished({key: _value(reader, found, plan, page, edges) for key, found in asked.items()})

    return events


def _value(reader: Reader, nodes: Any, plan: ReadEvents, page: EventPage, edges: Iterator[str]) -> Any:
    """Of one key of the connection."""
    name = nodes[0].name.value
    if name == feed.EDGES:
        return fragment(next(edges))
    if name == TYPENAME:
        return feed.CONNECTION
    facts = {"hasNextPage": page.more, "endCursor": feed.end_cursor(plan, page), TYPENAME: feed.PAGE_INFO}
    return {key: facts[found[0].name.value] for key, found in reader.subfields(nodes, feed.PAGE_INFO).items()}
