"""`search`: the one field of Query that answers records of several objects.

What is found comes from one statement. The records themselves, where they are selected, are looked up together by
another.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from schema.catalog.model import Catalog, ObjectType
from schema.execution.finished_json import Finished, fragment
from schema.execution.resolvers import Info, reader_of
from schema.plan.nodes import FindOne, Liveness, Rows, SearchBound
from schema.plan.searching import cursor
from schema.plan.searching import search as plan_search
from schema.plan.selection import record
from schema.plan.writes import has_id

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
        reader, nodes = reader_of(catalog, info)
        plan = plan_search(catalog, reader.arguments("Query", nodes[0]), reader.policy.grants)
        if not plan.searched:
            return connection.of([], False)
        run = info.context.run
        hits = [plan.row(row) for row in await run.context.read(run.statement(plan))]
        found = [
            Found(
                catalog.objects[hit.object_name],
                hit.label,
                hit.image,
                SearchBound(hit.rank_cd, hit.rank, hit.priority, hit.record_id),
            )
            for hit in hits[: plan.limit]
        ]
        return connection.of(found, len(hits) > plan.limit)

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
    reader, nodes = reader_of(catalog, info)
    selected = record(reader, found.object_type, nodes)
    wanted = Rows(found.object_type, has_id(found.object_type, found.bound.record_id), Liveness.ANY)
    text = await info.context.loader.find(FindOne(wanted, selected))
    return None if text is None else Finished(fragment(text))


def _union(types: dict[str, type]) -> Any:
    union: Any = None
    for name in types:
        union = types[name] if union is None else union | types[name]
    return union
