"""The client that openapi-python-client made creates a company, with a person along, changes, lists and deletes it."""

import os
from http import HTTPStatus

from openapi_client import AuthenticatedClient
from openapi_client.api.companies import create_one_company, delete_one_company, find_many_companies, update_one_company
from openapi_client.models import (
    Company,
    CompanyForUpdate,
    EmailsInput,
    LinksInput,
    LinksInputSecondaryLinksType0Item,
    PersonRelationManyInput,
    PersonRelationManyInputCreateType0Item,
)

client = AuthenticatedClient(base_url=f"{os.environ['ICOSA_URL']}/rest", token=os.environ["ICOSA_TOKEN"])
link = LinksInputSecondaryLinksType0Item(label="Shop", url="https://acme.example/shop")
emails = EmailsInput(primary_email="ada@acme.example", additional_emails=["a@acme.example"])
person = PersonRelationManyInputCreateType0Item.from_dict({"emails": emails.to_dict()})
body = Company(
    name="By openapi-python-client",
    domain_name=LinksInput(primary_link_url="https://acme.example", secondary_links=[link]),
    people=PersonRelationManyInput(create=[person]),
)
created = create_one_company.sync_detailed(client=client, body=body)
assert created.status_code == HTTPStatus.CREATED, created.content
company = created.parsed.data.create_company
assert company.name == "By openapi-python-client" and company.domain_name.secondary_links[0].label == "Shop"
assert company.people[0].emails.additional_emails == ["a@acme.example"]

updated = update_one_company.sync_detailed(company.id, client=client, body=CompanyForUpdate(employees=50))
assert updated.parsed.data.update_company.employees == 50, updated.content
page = find_many_companies.sync_detailed(client=client, filter_=f'id[eq]:"{company.id}"')
assert [found.id for found in page.parsed.data.companies] == [company.id], page.content
assert page.parsed.total_count == 1
deleted = delete_one_company.sync_detailed(company.id, client=client)
assert deleted.parsed.data.delete_company.id == company.id, deleted.content
