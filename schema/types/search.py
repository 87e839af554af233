"""`search`: the one field of Query that answers records of several objects.

What is found comes from one statement. The records themselves, where they are selected, are looked up together by
another.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from schema.catalog.model import Catalog, ObjectType
from schema.catalog.operators import OPERATORS
from schema.execution.finished_json import Finished
from schema.execution.root_field import Running, fragment
from schema.plan.nodes import Compare, FindOne, SearchBound
from schema.plan.reader import Reader
from schema.plan.searching import cursor
from schema.plan.searching import search as plan_search
from schema.plan.selection import record
from schema.sql.search import search as print_search

Info = strawberry.Info[Running, None]
FILTER = "ObjectRecordFilterInput"
FILTER_FIELDS = {
    "id": "IDFilter",
    "createdAt": "DateFilter",
    "updatedAt": "DateFilter",
    "deletedAt": "DateFilter",
    "and": f"[{FILTER}]",
    "or": f"[{FILTER}]",
    "not": FILTER,
}
ARGUMENTS = {
    "searchInput": "String!",
    "limit": "Int!",
    "after": "String",
    "includedObjectNameSingulars": "[String!]",
    "excludedObjectNameSingulars": "[String!]",
    "filter": FILTER,
}


@dataclass(frozen=True, slots=True)
class Found:
    """One result, before it has a type."""

    object_type: ObjectType
    label: str
    image: str
    bound: SearchBound


def search_types(catalog: Catalog, record_types: dict[str, type]) -> type:
    """The connection that a search answers; `record` is one of `record_types`, which are by object name."""
    union: Any = Annotated[
        _union(record_types), strawberry.union("SearchedRecord", description="A record that can be searched for.")
    ]

    async def resolve_record(root: Any, info: Info) -> Any:
        return await _record(catalog, info, root.found)

    @strawberry.type(description="A record that was found.")
    class SearchRecord:
        found: strawberry.Private[Found]
        recordId: str  # noqa: N815 - fields have their API names
        objectNameSingular: str  # noqa: N815
        objectLabelSingular: str  # noqa: N815
        label: str
        imageUrl: str | None  # noqa: N815
        tsRankCD: float  # noqa: N815
        tsRank: float  # noqa: N815
        record: union | None = strawberry.field(resolver=resolve_record)

    @strawberry.type
    class SearchResultEdge:
        node: SearchRecord
        cursor: str

    @strawberry.type
    class SearchResultPageInfo:
        endCursor: str | None  # noqa: N815
        hasNextPage: bool  # noqa: N815

    @strawberry.type
    class SearchResultConnection:
        edges: list[SearchResultEdge]
        pageInfo: SearchResultPageInfo  # noqa: N815

        @classmethod
        def of(cls, found: list[Found], more: bool) -> "SearchResultConnection":
            edges = [SearchResultEdge(node=_node(SearchRecord, one), cursor=cursor(one.bound)) for one in found]
            end = edges[-1].cursor if edges else None
            return cls(edges=edges, pageInfo=SearchResultPageInfo(endCursor=end, hasNextPage=more))

    return SearchResultConnection


def search_resolver(catalog: Catalog, connection: Any) -> Any:
    async def search(info: Info, **_arguments: Any) -> Any:
        reader, nodes = _reader(catalog, info)
        plan = plan_search(catalog, reader.arguments("Query", nodes[0]))
        context = info.context.context
        rows = await context.fetch(print_search(context.caller.workspace_id, plan))
        found = [
            Found(catalog.objects[name], label, image, SearchBound(rank_cd, rank, priority, record_id))
            for name, record_id, label, image, rank_cd, rank, priority in rows[: plan.limit]
        ]
        return connection.of(found, len(rows) > plan.limit)

    return search


def _node(node: Any, found: Found) -> Any:
    return node(
        found=found,
        recordId=str(found.bound.record_id),
        objectNameSingular=found.object_type.name,
        objectLabelSingular=found.object_type.traits.label,
        label=found.label,
        imageUrl=found.image,
        tsRankCD=found.bound.rank_cd,
        tsRank=found.bound.rank,
    )


async def _record(catalog: Catalog, info: Info, found: Found) -> Finished | None:
    reader, nodes = _reader(catalog, info)
    selected = record(reader, found.object_type, nodes)
    identity = found.object_type.columns["id"]
    where = Compare(identity, OPERATORS[identity.kind]["eq"], found.bound.record_id)
    text = await info.context.lookups.find(FindOne(found.object_type, where, False, selected))
    return None if text is None else Finished(fragment(text))


def _reader(catalog: Catalog, info: Info) -> tuple[Reader, Any]:
    raw, running = info._raw_info, info.context
    variables: Any = raw.variable_values
    limits = running.context.limits
    return Reader(catalog, raw.schema, raw.fragments, variables, limits, running.shape), raw.field_nodes


def _union(types: dict[str, type]) -> Any:
    union: Any = None
    for name in types:
        union = types[name] if union is None else union | types[name]
    return union
