"""What the tests of the shim share: the documents of the catalog and the real schema, once a session."""

import pytest
from graphql import GraphQLSchema

from rest_shim.document import Documents
from schema.catalog.model import Catalog
from schema.execution.execute import Executor


@pytest.fixture(scope="session")
def documents(catalog: Catalog) -> Documents:
    return Documents(catalog)


@pytest.fixture(scope="session")
def schema(executor: Executor) -> GraphQLSchema:
    return executor.schema._schema
