"""What the tests of the schema share: one catalog and one schema a session."""

import pytest
from graphql import GraphQLSchema

from schema.catalog.loading import load
from schema.catalog.model import Catalog
from schema.execution.execute import Executor


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def executor(catalog: Catalog) -> Executor:
    return Executor(catalog)


@pytest.fixture(scope="session")
def schema(executor: Executor) -> GraphQLSchema:
    return executor.schema._schema
