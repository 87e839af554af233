"""What one root field may answer is bounded."""

import httpx

from app.settings import Settings
from schema.api import Api
from tests.conftest import Workspace, asking, run_server
from tests.records import Json

MOST = 20_000
CREATE = "mutation ($d: [PersonCreateInput!]!) { createPeople(data: $d) { id } }"
PAGE = "query ($n: Int) { people(first: $n) { edges { node { id city jobTitle createdAt } } } }"


async def test_more_is_refused_and_nothing_is_written(settings: Settings, api: Api, workspace: Workspace) -> None:
    own = settings.model_copy(update={"max_answer_characters": MOST})
    people = [{"city": "x" * 100} for _ in range(200)]
    with run_server(own, api) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=workspace.headers, timeout=60) as client:
            graphql = asking(client)
            assert len((await graphql(CREATE, d=people))["data"]["createPeople"]) == 200
            assert len((await graphql(PAGE, n=50))["data"]["people"]["edges"]) == 50
            (fault,) = (await graphql(PAGE, n=200))["errors"]
            assert fault["extensions"]["code"] == "QUERY_TOO_COMPLEX"
            assert f"MAX_ANSWER_CHARACTERS is {MOST}: ask for fewer records or fields" in fault["message"]
            refused = await client.get("/rest/people?limit=200")
            assert (refused.status_code, refused.json()["error"]) == (400, "BadRequestException")
            nested: Json = {"name": "new", "people": {"connect": []}}
            ids = [edge["node"]["id"] for edge in (await graphql(IDS))["data"]["people"]["edges"]]
            nested["people"]["connect"] = [{"where": {"id": own_id}} for own_id in ids]
            (fault,) = (await graphql(ATTACH, d=nested))["errors"]
            assert fault["extensions"]["code"] == "QUERY_TOO_COMPLEX"
            assert (await graphql("{ companies { totalCount } }"))["data"]["companies"]["totalCount"] == 0


IDS = "{ people(first: 200) { edges { node { id } } } }"
ATTACH = """mutation ($d: CompanyCreateInput!) {
  createCompany(data: $d) { people(first: 200) { edges { node { id city jobTitle createdAt } } } }
}"""
