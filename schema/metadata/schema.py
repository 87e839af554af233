"""The schema of `/metadata`: the model to read, and the fields that are no operation of an object."""

from collections.abc import Mapping
from typing import Any

from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type

from schema.execution.documents import Documents
from schema.execution.extensions import extensions
from schema.metadata.cost import BoundedCost
from schema.types.scalars import SCALARS
from schema.types.schema import Schema


def generate(documents: Documents, queries: Mapping[str, Any], mutations: Mapping[str, Any]) -> Schema:
    """Of Strawberry fields by name."""
    return Schema(
        query=create_type("Query", [*queries.values()]),
        mutation=create_type("Mutation", [*mutations.values()]),
        extensions=(*extensions(documents), BoundedCost),
        config=StrawberryConfig(auto_camel_case=False, scalar_map=dict(SCALARS)),
    )
