"""Any two spellings that are the same collide in all that compares them, in both APIs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.values.hosts import ascii_host
from tests.conftest import GraphQL
from tests.records import Json, error, only

LABELS = st.sampled_from(["acme", "bücher", "straße", "例え", "x-y", "münchen", "a1"])
LOCALS = st.sampled_from(["joe", "joe.roe", "j+x", "o'hara", "jose"])


def cased(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text, text.title(), *([text.upper()] if text.upper().lower() == text else [])])


def hosts(label: str) -> st.SearchStrategy[str]:
    """Ways to write the host of a label."""
    return st.one_of(cased(f"{label}.example"), cased(ascii_host(f"{label}.example")))


@st.composite
def links(draw: Any, label: str, path: str) -> str:
    scheme = draw(st.sampled_from(["", "http://", "https://", "HTTPS://"]))
    www = draw(st.sampled_from(["", "www.", "WWW."]))
    port = {"": "", "h": draw(st.sampled_from(["", ":443" if "s" in scheme.lower() else ":80"]))}[scheme[:1].lower()]
    slash, query = draw(st.sampled_from(["", "/"])), draw(st.sampled_from(["", "?utm=x", "#top", "?a=1#b"]))
    blank = draw(st.sampled_from(["", " ", "\t"]))
    return f"{blank}{scheme}{www}{draw(hosts(label))}{port}{path}{slash}{query}{blank}"


@st.composite
def emails(draw: Any, local: str, label: str) -> str:
    address = f"{draw(cased(local))}@{draw(hosts(label))}"
    form = draw(st.sampled_from(["{}", " {} ", "Name <{}>", "mailto:{}", '"Roe, Joe" <{}>', "mailto:{}?subject=x"]))
    return str(form.format(address))


@dataclass(frozen=True)
class Kind:
    """What is unique of an object, and the list of more of them, of which `item` makes one."""

    name: str
    plural: str
    field: str
    part: str
    listed: str
    item: Callable[[str], Any]

    @property
    def type_name(self) -> str:
        return self.name.capitalize()

    @property
    def create(self) -> str:
        name = self.type_name
        return f"mutation ($d: {name}CreateInput!, $u: Boolean) {{ create{name}(data: $d, upsert: $u) {{ id }} }}"

    def shape(self, value: str) -> Json:
        return {self.field: {self.part: value}}


COMPANY = Kind(
    *("company", "companies", "domainName", "primaryLinkUrl", "secondaryLinks"),
    lambda url: {"label": "", "url": url},
)
PERSON = Kind("person", "people", "emails", "primaryEmail", "additionalEmails", lambda address: address)

two_links = st.tuples(LABELS, st.sampled_from(["", "/de", "/Path/x"])).flatmap(
    lambda made: st.tuples(st.just(COMPANY), links(*made), links(*made))
)
two_emails = st.tuples(LOCALS, LABELS).flatmap(lambda made: st.tuples(st.just(PERSON), emails(*made), emails(*made)))

QUIET = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
EVERY = {"filter": "id[neq]:00000000-0000-4000-8000-000000000000"}


@QUIET
@given(two=st.one_of(two_links, two_emails))
async def test_two_spellings_are_the_same(
    graphql: GraphQL, client: httpx.AsyncClient, two: tuple[Kind, str, str]
) -> None:
    kind, one, other = two
    own = (await only(graphql, kind.create, d=kind.shape(one)))["id"]
    try:
        for operation in (unique, upserted, filtered, connected, duplicated, merged):
            await operation(graphql, client, kind, own, other)
    finally:
        for plural in ("noteTargets", kind.plural):
            await client.request("DELETE", f"/rest/{plural}", params=EVERY)


async def unique(graphql: GraphQL, client: httpx.AsyncClient, kind: Kind, own: str, other: str) -> None:
    assert "is already used" in (await error(graphql, kind.create, d=kind.shape(other)))[1]
    assert (await client.post(f"/rest/{kind.plural}", json=kind.shape(other))).status_code == 400


async def upserted(graphql: GraphQL, client: httpx.AsyncClient, kind: Kind, own: str, other: str) -> None:
    assert (await only(graphql, kind.create, d=kind.shape(other), u=True))["id"] == own
    answer = await client.post(f"/rest/{kind.plural}", params={"upsert": "true"}, json=kind.shape(other))
    assert answer.json()["data"][f"create{kind.type_name}"]["id"] == own


async def filtered(graphql: GraphQL, client: httpx.AsyncClient, kind: Kind, own: str, other: str) -> None:
    query = f"query ($f: {kind.type_name}FilterInput) {{ {kind.plural}(filter: $f) {{ edges {{ node {{ id }} }} }} }}"
    quoted = '"' + other.replace("\\", "\\\\").replace('"', '\\"') + '"'
    for operator, operand, shown, found in (
        ("eq", other, quoted, [own]),
        ("in", [other, "x"], f"[{quoted},x]", [own]),
        ("neq", other, quoted, []),
    ):
        edges = (await only(graphql, query, f={kind.field: {kind.part: {operator: operand}}}))["edges"]
        assert [edge["node"]["id"] for edge in edges] == found
        asked = {"filter": f"{kind.field}.{kind.part}[{operator}]:{shown}"}
        records = (await client.get(f"/rest/{kind.plural}", params=asked)).json()["data"][kind.plural]
        assert [record["id"] for record in records] == found


async def connected(graphql: GraphQL, client: httpx.AsyncClient, kind: Kind, own: str, other: str) -> None:
    key = f"{kind.name}Id"
    data = {kind.name: {"connect": {"where": kind.shape(other)}}}
    query = f"mutation ($d: NoteTargetCreateInput!) {{ createNoteTarget(data: $d) {{ {key} }} }}"
    assert await only(graphql, query, d=data) == {key: own}
    answer = await client.post("/rest/noteTargets", json=data)
    assert answer.json()["data"]["createNoteTarget"][key] == own


async def duplicated(graphql: GraphQL, client: httpx.AsyncClient, kind: Kind, own: str, other: str) -> None:
    name = f"{kind.name}Duplicates"
    query = f"query ($d: [{kind.type_name}CreateInput]) {{ {name}(data: $d) {{ edges {{ node {{ id }} }} }} }}"
    (group,) = await only(graphql, query, d=[kind.shape(other)])
    assert [edge["node"]["id"] for edge in group["edges"]] == [own]
    answer = await client.post(f"/rest/{kind.plural}/duplicates", json={"data": [kind.shape(other)]})
    (group,) = answer.json()["data"]
    assert [record["id"] for record in group[name]] == [own]


async def merged(graphql: GraphQL, client: httpx.AsyncClient, kind: Kind, own: str, other: str) -> None:
    """What both have is there once: the winner's first, and none beside it."""
    field, part, listed = kind.field, kind.part, kind.listed
    query = (
        f"mutation ($ids: [UUID!]) {{ merge{kind.plural.capitalize()}(ids: $ids) {{ {field} {{ {part} {listed} }} }} }}"
    )
    before = await only(graphql, f"{{ {kind.plural} {{ edges {{ node {{ {field} {{ {part} }} }} }} }} }}")
    first = before["edges"][0]["node"][field][part]
    second = (await only(graphql, kind.create, d={field: {part: "", listed: [kind.item(other)]}}))["id"]
    assert await only(graphql, query, ids=[own, second]) == {field: {part: first, listed: []}}
    third = (await only(graphql, kind.create, d={field: {part: "", listed: [kind.item(other)]}}))["id"]
    answer = await client.patch(f"/rest/{kind.plural}/merge", json={"ids": [own, third]})
    (record,) = answer.json()["data"].values()
    assert (record[field][part], record[field][listed]) == (first, [])
