"""The workloads of `make bench`: for each its requests, with rotating parameters. Peers are asked the same."""

import json
import random
from typing import Any
from urllib.parse import urlencode

from tests.bench.serving import Database

PERSON = "id name { firstName lastName } emails { primaryEmail } jobTitle city"
STAMP = "0" * 16  # becomes a number that no other request has

W1 = "W1 one person with company"
W2 = "W2 60 people with company"
W3 = "W3 60 companies, 10 people, 10 opportunities"
W4 = "W4 filter, order, total, 20 of many"
W5 = "W5 create one"
W6 = "W6 create 60"
W7 = "W7 REST, 60 people"


def graphql(query: str, **variables: Any) -> str:
    return json.dumps({"query": query, "variables": variables})


def person(n: int, company: str) -> dict[str, Any]:
    email = f"bench{n}-{STAMP}@example.com"
    return {"name": {"firstName": "Bench", "lastName": str(n)}, "emails": {"primaryEmail": email}, "companyId": company}


def workloads(database: Database) -> dict[str, list[str]]:
    """Over the records of data.sql."""
    people = database.query('select id from person where "deletedAt" is null order by id limit 20000').split()
    companies = database.query("select id from company order by id").split()
    chosen = random.Random(7)
    positions = [float(chosen.randrange(1, 49_000)) for _ in range(500)]
    by_position = "orderBy: [{ position: AscNullsLast }]"
    one = f"query($id: UUID!) {{ person(filter: {{id: {{eq: $id}}}}) {{ {PERSON} company {{ id name }} }} }}"
    page = (
        f"query($p: Float!) {{ people(first: 60, filter: {{position: {{gte: $p}}}}, {by_position})"
        f" {{ edges {{ node {{ {PERSON} createdAt company {{ id name employees }} }} }} }} }}"
    )
    nested = (
        f"query($p: Float!) {{ companies(first: 60, filter: {{position: {{gte: $p}}}}, {by_position})"
        f" {{ edges {{ node {{ id name employees people(first: 10, {by_position})"
        f" {{ edges {{ node {{ id name {{ firstName lastName }} jobTitle"
        f" pointOfContactForOpportunities(first: 10, {by_position})"
        " { edges { node { id name stage closeDate } } } } } } } } } }"
    )
    filtered = (
        'query($c: String!) { people(first: 20, filter: {city: {eq: $c}, jobTitle: {ilike: "%Engineer%"}},'
        " orderBy: [{createdAt: DescNullsLast}])"
        f" {{ totalCount edges {{ node {{ {PERSON} }} }} pageInfo {{ hasNextPage }} }} }}"
    )
    create = f"mutation($d: PersonCreateInput!) {{ createPerson(data: $d) {{ {PERSON} company {{ id name }} }} }}"
    batch = "mutation($d: [PersonCreateInput!]!) { createPeople(data: $d) { id } }"
    return {
        W1: [graphql(one, id=chosen_id) for chosen_id in chosen.sample(people, 500)],
        W2: [graphql(page, p=p) for p in positions],
        W3: [graphql(nested, p=p / 5) for p in positions],
        W4: [graphql(filtered, c=f"City {n}") for n in range(100)],
        W5: [graphql(create, d=person(n, chosen.choice(companies))) for n in range(500)],
        W6: [graphql(batch, d=[person(n * 60 + k, chosen.choice(companies)) for k in range(60)]) for n in range(50)],
        W7: ["/rest/people?" + urlencode({"limit": 60, "depth": 1}) for _ in positions],
    }
