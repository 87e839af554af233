"""What `make bench-scale` asks: requests over the records of scale.sql, whose answers have the same size at every size.

The exceptions, whose cost grows with the data by their nature, are apart.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.bench.connection import Connection
from tests.bench.serving import Database
from tests.bench.workloads import PERSON, graphql

SAMPLES = 100  # parameters of each case
BATCH = 60
PAGE = f"{{ edges {{ node {{ {PERSON} createdAt }} cursor }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }}"
IDS = "{ edges { node { id } } }"
ORDERS = {
    "default order": "[]",
    "createdAt descending": "[{createdAt: DescNullsLast}]",
    "position": "[{position: AscNullsFirst}]",
}

Requests = dict[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sample:
    """Live people of one size, chosen at random over the whole table. Each is a row with the columns of `_SAMPLED`."""

    size: int
    people: Sequence[dict[str, Any]]
    noted: Sequence[dict[str, Any]]


_SAMPLED = """
select coalesce(json_agg(row), '[]') from (
  select p.id, p."emailsPrimaryEmail" email, lower(p."nameFirstName") first, lower(p."nameLastName") last,
    p."companyId" company, c."domainNamePrimaryLinkUrl" domain,
    to_char(p."createdAt", 'YYYY-MM-DD"T"HH24:MI:SS"Z"') created
  from person p join company c on c.workspace_id = p.workspace_id and c.id = p."companyId"
  where p.position in ({numbers}) and p."deletedAt" is null
) row
"""


def sample(database: Database, size: int, count: int) -> Sample:
    chosen = random.Random(7)
    numbers = [int(chosen.random() * size) + 1 for _ in range(count)]
    with_notes = [1 + int(row) for row in database.query(_WITH_NOTES.format(samples=SAMPLES)).split()]
    return Sample(size, _rows(database, numbers), _rows(database, with_notes))


_WITH_NOTES = """
select -position - 1 from person join "noteTarget" t on t."personId" = person.id
where t.id in (select id from "noteTarget" where "personId" is not null limit {samples})
"""


def _rows(database: Database, numbers: Sequence[int]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(database.query(_SAMPLED.format(numbers=str([-n for n in numbers])[1:-1])))
    random.Random(7).shuffle(found)
    return found


def cursors(connection: Connection, size: int, order: str) -> list[str]:
    """Cursors of people in the middle of the table."""
    found = []
    for n in range(10):
        query = f"{{ people(first: 1, offset: {size // 2 + 7 * n}, orderBy: {order}) {{ pageInfo {{ endCursor }} }} }}"
        found.append(json.loads(connection.ask(graphql(query))[1])["data"]["people"]["pageInfo"]["endCursor"])
    return found


def reads(connection: Connection, sample: Sample) -> Requests:
    people = sample.people[:SAMPLES]
    nested = (
        "query($t: Date!) { companies(first: 20, filter: {createdAt: {gte: $t}},"
        " orderBy: [{createdAt: AscNullsLast}]) { edges { node { id name"
        f" people(first: 10, orderBy: [{{position: AscNullsLast}}]) {{ edges {{ node {{ {PERSON}"
        " pointOfContactForOpportunities(first: 10) { edges { node { id name stage } } }"
        " } } pageInfo { hasNextPage } } } } } }"
    )
    notes = (
        "query($id: UUID!) { person(filter: {id: {eq: $id}})"
        f" {{ {PERSON} noteTargets {{ edges {{ node {{ note {{ id title createdAt }} }} }} }} }} }}"
    )
    newest = (
        'query($from: Date!) { people(first: 60, filter: {createdAt: {gte: $from, lt: "2026-01-01"}},'
        f" orderBy: [{{createdAt: AscNullsLast}}]) {PAGE} }}"
    )
    search = "query($s: String!) { search(searchInput: $s, limit: 20) { edges { node { recordId label tsRank } } } }"
    duplicates = "query($ids: [UUID!]!) { personDuplicates(ids: $ids) { edges { node { id } } } }"
    by_company = f"query($id: UUID!) {{ people(filter: {{companyId: {{eq: $id}}}}) {PAGE} }}"
    by_domain = (
        "query($d: String!) { companies(filter: {domainName: {primaryLinkUrl: {eq: $d}}})"
        " { edges { node { id name employees } } } }"
    )
    by_email = f"query($e: String!) {{ people(filter: {{emails: {{primaryEmail: {{eq: $e}}}}}}) {PAGE} }}"
    by_id = f"query($id: UUID!) {{ person(filter: {{id: {{eq: $id}}}}) {{ {PERSON} company {{ id name }} }} }}"
    return {
        "nothing, to see the noise": [graphql("{ __typename }")],
        **{f"page 1, {name}": [graphql(f"{{ people(orderBy: {order}) {PAGE} }}")] for name, order in ORDERS.items()},
        **{
            f"page in the middle, {name}": [
                graphql(f"query($c: String!) {{ people(after: $c, orderBy: {order}) {PAGE} }}", c=cursor)
                for cursor in cursors(connection, sample.size, order)
            ]
            for name, order in ORDERS.items()
        },
        "20 companies, people, opportunities": [graphql(nested, t=p["created"]) for p in people],
        "a person's notes": [graphql(notes, id=p["id"]) for p in sample.noted],
        "person by id, with company": [graphql(by_id, id=p["id"]) for p in people],
        "people by e-mail": [graphql(by_email, e=p["email"]) for p in people],
        "people by company": [graphql(by_company, id=p["company"]) for p in people],
        "60 people created since": [graphql(newest, **{"from": p["created"]}) for p in people],
        "company by domain": [graphql(by_domain, d=p["domain"]) for p in people],
        "duplicates of one": [graphql(duplicates, ids=[p["id"]]) for p in people],
        "duplicates of 1,000": [graphql(duplicates, ids=[p["id"] for p in sample.people[:1000]])],
        "search, one word": [graphql(search, s=p["last"]) for p in people],
        "search, two words": [graphql(search, s=f"{p['first']} {p['last']}") for p in people],
    }


def writes(sample: Sample, count: int) -> Requests:
    """As many of each. The records that are destroyed come back for nobody, so the sample must be large."""
    people, doomed = sample.people[:SAMPLES], sample.people[SAMPLES:]
    assert len(doomed) >= count * (BATCH + 1)
    update = f"mutation($id: UUID!, $d: PersonUpdateInput!) {{ updatePerson(id: $id, data: $d) {{ {PERSON} }} }}"
    destroy = "mutation($id: UUID!) { destroyPerson(id: $id) { id } }"
    destroy_many = "mutation($ids: [UUID!]!) { destroyPeople(filter: {id: {in: $ids}}) { id } }"
    create = "mutation($d: [PersonCreateInput!]!) { createPeople(data: $d) { id } }"
    batches = [doomed[count + n * BATCH : count + (n + 1) * BATCH] for n in range(count)]
    return {
        "update one": [
            graphql(update, id=people[n % len(people)]["id"], d={"city": f"City {n}"}) for n in range(count)
        ],
        "create 60": [graphql(create, d=[_new(n, p) for n, p in enumerate(batch)]) for batch in batches],
        "destroy one": [graphql(destroy, id=p["id"]) for p in doomed[:count]],
        "destroy 60 by ids": [graphql(destroy_many, ids=[p["id"] for p in batch]) for batch in batches],
    }


def _new(n: int, like: dict[str, Any]) -> dict[str, Any]:
    """A person in the same company."""
    return {
        "name": {"firstName": like["last"].title(), "lastName": like["first"].title()},
        "emails": {"primaryEmail": f"new{n}.{like['email']}"},
        "companyId": like["company"],
    }


def growing(sample: Sample) -> Requests:
    by_company = "[{company: {name: AscNullsLast}}]"
    return {
        "totalCount of all": [graphql("{ people { totalCount } }")],
        "aggregate over all": [graphql("{ opportunities { avgAmountAmountMicros minCloseDate } }")],
        'ilike "%x%" that few match': [
            graphql(f'{{ people(filter: {{jobTitle: {{ilike: "%x%"}}, city: {{ilike: "%y 7"}}}}) {IDS} }}')
        ],
        "order through a relation": [graphql(f"{{ people(orderBy: {by_company}) {IDS} }}")],
        "order without an index": [graphql(f"{{ people(orderBy: [{{city: AscNullsLast}}]) {IDS} }}")],
        "REST list, counted": ["/rest/people?" + urlencode({"limit": 60, "depth": 0})],
    }
