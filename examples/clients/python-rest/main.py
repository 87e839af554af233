"""Creates companies with people, lists all of them page by page, changes one, and removes them again."""

import os
from collections.abc import Iterator
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from icosa_client import AuthenticatedClient
from icosa_client.api.companies import (
    create_one_company,
    delete_one_company,
    find_many_companies,
    find_one_company,
    update_one_company,
)
from icosa_client.models import Company, CompanyForResponse, CompanyForUpdate, Error
from icosa_client.types import UNSET, Unset

T = TypeVar("T")

NAMES = ("Northwind Paper", "Northwind Glass", "Northwind Tools")
client = AuthenticatedClient(base_url=f"{os.environ['ICOSA_URL']}/rest", token=os.environ["ICOSA_TOKEN"])


def answered(found: T | Error | None) -> T:
    """What was answered, or an exception that says why not."""
    if found is None or isinstance(found, Error):
        raise RuntimeError("; ".join(found.messages) if found else "There is no answer.")
    return found


def all_companies(filter_: str) -> Iterator[CompanyForResponse]:
    """With their people, by pages of two."""
    after: str | Unset = UNSET
    while True:
        page = answered(
            find_many_companies.sync(client=client, filter_=filter_, order_by="name", limit=2, starting_after=after)
        )
        yield from page.data.companies
        if not page.page_info.has_next_page or page.page_info.end_cursor is None:
            return
        after = page.page_info.end_cursor


def create(name: str) -> str:
    people = [{"name": {"firstName": f"Person {n}", "lastName": name}} for n in range(3)]
    body = Company.from_dict({"name": name, "people": {"create": people}})
    company = answered(create_one_company.sync(client=client, body=body)).data.create_company
    return str(company.id)


def main() -> None:
    ids = [create(name) for name in NAMES]

    found: dict[str | Unset, int] = {}
    for company in all_companies(f"id[in]:[{','.join(ids)}]"):
        people = company.people or []
        assert all(person.name and person.name.last_name == company.name for person in people)
        found[company.name] = len(people)
    assert found == dict.fromkeys(sorted(NAMES), 3)

    first = UUID(ids[0])
    changed = answered(update_one_company.sync(first, client=client, body=CompanyForUpdate(employees=50)))
    assert changed.data.update_company.employees == 50

    for own_id in ids:
        answered(delete_one_company.sync(UUID(own_id), client=client))
    gone = find_one_company.sync_detailed(first, client=client)
    assert gone.status_code is HTTPStatus.NOT_FOUND
    assert isinstance(gone.parsed, Error) and gone.parsed.status_code == 404
    print("REST in Python: done")


main()
