"""What the tests of the shim share: the documents of the catalog and the real schema, once a session."""

import pytest
from graphql import GraphQLSchema

from rest_shim.document import RestDocuments
from schema.api import Api
from schema.catalog.model import Catalog
from schema.execution.execute import graphql_schema


@pytest.fixture(scope="session")
def documents(catalog: Catalog) -> RestDocuments:
    return RestDocuments(catalog)


@pytest.fixture(scope="session")
def schema(api: Api) -> GraphQLSchema:
    return graphql_schema(api.schema)
