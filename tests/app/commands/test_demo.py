"""`icosa demo` beside a server that runs on the same database, as its reader has it."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from tests.app.commands.test_main import free_port, run, serving

PEOPLE = 60
LOOKED_AT = (
    *("workspaceMembers", "companies", "people", "opportunities", "notes", "noteTargets", "tasks", "taskTargets"),
    *("messageThreads", "messages", "messageParticipants", "calendarEvents", "calendarEventParticipants"),
    *("favorites", "views", "viewFields", "viewGroups", "viewFilters", "viewSorts"),
)
COUNTS = "{" + " ".join(f"{name} {{ totalCount }}" for name in LOOKED_AT) + "}"


Asking = Callable[..., Any]


def asking(client: httpx.Client) -> Asking:
    """`ask(query, path, **variables)` → the data of the answer."""

    def ask(query: str, path: str = "/graphql", **variables: Any) -> Any:
        answer = client.post(path, json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]

    return ask


@pytest.fixture(scope="module")
def data_dir() -> Iterator[DataDir]:
    made = DataDir.temporary("icosa-demo-")
    yield made
    embedded.remove(made)


@pytest.fixture(scope="module")
def ask(data_dir: DataDir) -> Iterator[Asking]:
    """The first run makes the workspace; the server comes after it."""
    first = run(data_dir, "demo", "--people", str(PEOPLE))
    assert (first.returncode, first.stdout.startswith("Added 6 workspaceMembers, ")) == (0, True), first.stderr
    assert f" {PEOPLE} people, " in first.stdout
    port = free_port()
    headers = {"Authorization": f"Bearer {data_dir.token.read_text().strip()}"}
    with (
        serving(data_dir, port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client,
    ):
        yield asking(client)


def test_there_is_something_of_everything(ask: Asking) -> None:
    counts = {name: found["totalCount"] for name, found in ask(COUNTS).items()}
    assert counts["people"] == PEOPLE
    assert counts["workspaceMembers"] == 7  # and the one that was there
    assert [name for name, count in counts.items() if not count] == []
    stages = ask("{ opportunitiesGroupBy(groupBy: [{stage: true}]) { groupByDimensionValues } }")
    assert len(stages["opportunitiesGroupBy"]) == 5


def test_what_hangs_together(ask: Asking) -> None:
    found = ask(
        """{ companies(first: 60) { edges { node {
          domainName { primaryLinkUrl } createdBy { source name } accountOwner { name { firstName lastName } }
          people { edges { node { emails { primaryEmail } phones { primaryPhoneNumber primaryPhoneCountryCode } } } }
        } } } }"""
    )["companies"]["edges"]
    for company in (edge["node"] for edge in found):
        domain = company["domainName"]["primaryLinkUrl"].removeprefix("https://")
        owner = company["accountOwner"]["name"]
        assert company["createdBy"] == {"source": "MANUAL", "name": f"{owner['firstName']} {owner['lastName']}"}
        people = [edge["node"] for edge in company["people"]["edges"]]
        assert people
        assert all(person["emails"]["primaryEmail"].endswith(f"@{domain}") for person in people)
        assert all(
            bool(person["phones"]["primaryPhoneNumber"]) == bool(person["phones"]["primaryPhoneCountryCode"])
            for person in people
        )


def test_views_show_what_there_is(ask: Asking) -> None:
    described = ask("{ fields(paging: {first: 1000}) { edges { node { id } } } }", "/metadata")["fields"]
    known = {edge["node"]["id"] for edge in described["edges"]}
    shown = ask(
        "{ viewFields(first: 100) { edges { node { fieldMetadataId view { name } } } }"
        " viewGroups { edges { node { fieldMetadataId fieldValue view { type } } } } }"
    )
    assert {edge["node"]["fieldMetadataId"] for found in shown.values() for edge in found["edges"]} <= known
    assert {edge["node"]["view"]["type"] for edge in shown["viewGroups"]["edges"]} == {"kanban"}


def test_twice_is_once_and_keeps_what_was_changed(ask: Asking, data_dir: DataDir) -> None:
    before = ask(COUNTS)
    first, second, third = (
        edge["node"]["id"] for edge in ask("{ people(first: 3) { edges { node { id } } } }")["people"]["edges"]
    )
    ask('mutation ($id: ID!) { updatePerson(id: $id, data: {city: "Atlantis"}) { id } }', id=first)
    ask("mutation ($id: ID!) { deletePerson(id: $id) { id } }", id=second)
    ask("mutation ($id: ID!) { destroyPerson(id: $id) { id } }", id=third)

    again = run(data_dir, "demo", "--people", str(PEOPLE))
    assert (again.returncode, again.stdout.split(",")[0].rstrip(".\n")) == (0, "Added 1 people")
    after = ask(COUNTS)
    assert after.pop("people")["totalCount"] == before.pop("people")["totalCount"] - 1
    assert (
        ask("query ($id: ID!) { person(filter: {id: {eq: $id}}) { city } }", id=first)["person"]["city"] == "Atlantis"
    )

    last = run(data_dir, "demo", "--people", str(PEOPLE))
    assert last.stdout == "All of it is there already.\n"
    assert ask("query ($id: ID!) { people(filter: {id: {eq: $id}}) { totalCount } }", id=third)["people"] == {
        "totalCount": 1
    }


def test_more_are_added_to_those_that_are_there(ask: Asking, data_dir: DataDir) -> None:
    more = run(data_dir, "demo", "--people", str(PEOPLE + 5))
    assert "Added 5 people" in more.stdout or ", 5 people" in more.stdout, more.stdout


def test_several_workspaces_need_a_name(ask: Asking, data_dir: DataDir) -> None:
    other = run(data_dir, "workspace", "create", "Other").stdout.strip()
    refused = run(data_dir, "demo", "--people", "1")
    assert refused.returncode == 2
    assert "There are several workspaces; name one with --workspace:" in refused.stderr
    added = run(data_dir, "demo", "--people", "1", "--workspace", other)
    assert "Added 6 workspaceMembers, " in added.stdout
