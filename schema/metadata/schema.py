"""The schema of `/metadata`: the model to read, and the fields that are no operation of an object."""

from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type

from schema.catalog.model import Catalog
from schema.context import Answer, Context, Request
from schema.execution.execute import execute
from schema.execution.validation import extensions
from schema.metadata.cost import BoundedCost
from schema.metadata.queries import metadata_queries
from schema.types.core_fields import core_mutations, core_queries
from schema.types.scalars import SCALARS
from schema.types.schema import Schema


def generate(catalog: Catalog) -> Schema:
    return Schema(
        query=create_type("Query", [*metadata_queries(catalog).values(), *core_queries().values()]),
        mutation=create_type("Mutation", [*core_mutations(catalog).values()]),
        extensions=(*extensions(), BoundedCost),
        config=StrawberryConfig(auto_camel_case=False, scalar_map=dict(SCALARS)),
    )


class MetadataExecutor:
    """The metadata API of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.schema = generate(catalog)

    async def __call__(self, request: Request, context: Context) -> Answer:
        """Run the operation. Faults become errors of the answer; nothing is raised."""
        return await execute(self.schema, request, context)
