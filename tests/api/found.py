"""A look for what a filter finds, for the tests of filters."""

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import Json, create_many, literal, make, only


class Found:
    """Records of one object and a look for those that a filter finds, by their number."""

    def __init__(self, graphql: GraphQL, catalog: Catalog, name: str, ids: list[str]) -> None:
        self.graphql, self.object_type, self.ids = graphql, catalog.objects[name], ids

    @classmethod
    async def of(cls, graphql: GraphQL, catalog: Catalog, name: str, records: list[Json]) -> "Found":
        needed: Json = {}
        if name == "connectedAccount":
            needed["accountOwnerId"] = await make(graphql, catalog, "workspaceMember")
        ids = await create_many(graphql, catalog, name, [{**needed, **record} for record in records])
        return cls(graphql, catalog, name, ids)

    async def by(self, where: Json) -> list[int]:
        """Those that the filter finds, asked as a variable and as a literal."""
        plural, type_name = self.object_type.plural, self.object_type.type_name
        connection = "{ totalCount edges { node { id } } }"
        query = f"query ($filter: {type_name}FilterInput) {{ {plural}(filter: $filter, first: 100) {connection} }}"
        page = await only(self.graphql, query, filter=where)
        inline = f"{{ {plural}(filter: {literal(where)}, first: 100) {connection} }}"
        assert await only(self.graphql, inline) == page
        assert page["totalCount"] == len(page["edges"])
        return sorted(self.ids.index(edge["node"]["id"]) for edge in page["edges"])
