"""Creates companies with people, lists all of them page by page, changes one, hears of it, and removes them again."""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

from icosa_client import Client
from icosa_client.changes import Changes
from icosa_client.companies import CompaniesCompaniesEdgesNode as Company
from icosa_client.enums import DatabaseEventAction
from icosa_client.exceptions import GraphQLClientGraphQLMultiError
from icosa_client.fragments import PeopleEdgesNode as Person
from icosa_client.input_types import (
    CompanyCreateInput,
    CompanyFilterInput,
    CompanyUpdateInput,
    FullNameCreateInput,
    IDFilter,
    OnDbEventInput,
    PersonCreateInput,
    PersonRelationManyInput,
)

NAMES = ("Northwind Paper", "Northwind Glass", "Northwind Tools")
URL, HEADERS = os.environ["ICOSA_URL"], {"Authorization": f"Bearer {os.environ['ICOSA_TOKEN']}"}


def connected() -> Client:
    """Subscriptions go over a WebSocket, everything else over HTTP."""
    socket = URL.replace("http", "ws", 1)
    return Client(url=f"{URL}/graphql", headers=HEADERS, ws_url=f"{socket}/graphql", ws_headers=HEADERS)


async def all_companies(client: Client, ids: list[str]) -> AsyncIterator[Company]:
    after: str | None = None
    while True:
        found = (await client.companies(filter_=CompanyFilterInput(id=IDFilter(in_=ids)), after=after)).companies
        for edge in found.edges if found and found.edges else ():
            if edge.node:
                yield edge.node
        if not (found and found.page_info and found.page_info.has_next_page):
            return
        after = found.page_info.end_cursor


async def people_of(client: Client, company: Company) -> AsyncIterator[Person]:
    """The first page came with the company."""
    page = company.people
    while page and company.id:
        for edge in page.edges or ():
            if edge.node:
                yield edge.node
        if not (page.page_info and page.page_info.has_next_page):
            return
        more = (await client.people_of_company(company.id, page.page_info.end_cursor)).company
        page = more.people if more else None


async def create(client: Client, name: str) -> str:
    people = [PersonCreateInput(name=FullNameCreateInput(firstName=f"Person {n}", lastName=name)) for n in range(5)]
    data = CompanyCreateInput(name=name, people=PersonRelationManyInput(create=people))
    made = (await client.create_company(data)).create_company
    assert made and made.id
    return made.id


async def main() -> None:
    async with connected() as client:
        ids = [await create(client, name) for name in NAMES]

        found: dict[str | None, int] = {}
        async for company in all_companies(client, ids):
            people = [person async for person in people_of(client, company)]
            assert all(person.name and person.name.last_name == company.name for person in people)
            found[company.name] = len(people)
        assert found == dict.fromkeys(sorted(NAMES), 5)

        # What happened to the company so far, and from now on.
        stream = cast(AsyncGenerator[Changes, None], client.changes(OnDbEventInput(recordId=ids[0], after="0")))
        async with aclosing(stream) as changes:
            assert (await anext(changes)).on_db_event.action is DatabaseEventAction.CREATED
            changed = (await client.update_company(ids[0], CompanyUpdateInput(employees=50))).update_company
            assert changed and changed.employees == 50
            heard = (await anext(changes)).on_db_event
            assert heard.action is DatabaseEventAction.UPDATED
            assert "employees" in (heard.updated_fields or ())

        removed = (await client.destroy_companies(list(ids))).destroy_companies
        assert len(removed or ()) == len(NAMES)
        code = None
        try:
            await client.update_company(ids[0], CompanyUpdateInput(employees=1))
        except GraphQLClientGraphQLMultiError as fault:
            code = (fault.errors[0].extensions or {}).get("code")
        assert code == "NOT_FOUND"
    print("GraphQL in Python: done")


asyncio.run(main())
