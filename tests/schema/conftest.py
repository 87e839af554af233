"""What the tests of the schema share: one catalog and one schema a session."""

import pytest
from graphql import GraphQLSchema

from schema.api import Api, build
from schema.catalog.loading import load
from schema.catalog.model import Catalog
from schema.execution.execute import graphql_schema


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def api(catalog: Catalog) -> Api:
    return build(catalog)


@pytest.fixture(scope="session")
def schema(api: Api) -> GraphQLSchema:
    return graphql_schema(api.schema)
