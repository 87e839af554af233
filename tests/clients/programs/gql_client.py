"""gql builds a client schema of both endpoints with graphql-core 3.2, and writes and reads a company by it."""

import os

import graphql
from gql import Client, gql
from gql.transport.httpx import HTTPXTransport

assert graphql.version.startswith("3.2."), graphql.version


def client(path: str) -> Client:
    transport = HTTPXTransport(
        url=os.environ["ICOSA_URL"] + path, headers={"Authorization": os.environ["ICOSA_AUTHORIZATION"]}
    )
    return Client(transport=transport, fetch_schema_from_transport=True)


with client("/graphql") as session:
    create = gql("mutation ($data: CompanyCreateInput!) { createCompany(data: $data) { id name } }")
    create.variable_values = {"data": {"name": "By gql"}}
    made = session.execute(create)["createCompany"]
    read = gql("query ($id: ID!) { company(filter: {id: {eq: $id}}) { name searchVector } }")
    read.variable_values = {"id": made["id"]}
    assert session.execute(read)["company"] == {"name": "By gql", "searchVector": None}

with client("/metadata") as session:
    objects = session.execute(gql("{ objects(paging: {first: 1000}) { edges { node { icon } } } }"))["objects"]
    assert all(edge["node"]["icon"] for edge in objects["edges"])
