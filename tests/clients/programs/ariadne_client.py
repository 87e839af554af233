"""The client that ariadne-codegen made creates a company and finds it again."""

import os

from ariadne_generated import Client
from ariadne_generated.input_types import CompanyCreateInput, CompanyFilterInput, StringFilter

headers = {"Authorization": os.environ["ICOSA_AUTHORIZATION"]}
client = Client(url=f"{os.environ['ICOSA_URL']}/graphql", headers=headers)
made = client.create_company(data=CompanyCreateInput(name="By ariadne")).create_company
assert made.name == "By ariadne"
found = client.companies(filter_=CompanyFilterInput(name=StringFilter(eq="By ariadne"))).companies
assert found.total_count == 1 and found.edges[0].node.id == made.id
