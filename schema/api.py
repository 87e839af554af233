"""All that is made of one catalog: two schemas, and what runs their operations."""

from dataclasses import dataclass

import strawberry

from schema.catalog.model import Catalog
from schema.execution.documents import Documents
from schema.execution.execute import Executor, PipelineExecutor, graphql_schema
from schema.execution.scoped import ScopedIntrospection
from schema.execution.streams import Streams
from schema.metadata import schema as metadata_schema
from schema.metadata.cost import BoundedCost
from schema.metadata.queries import metadata_queries
from schema.types.core_fields import core_mutations, core_queries
from schema.types.generate import data_types, generate
from schema.types.webhook_fields import webhook_mutations, webhook_queries


@dataclass(frozen=True, slots=True)
class Api:
    """The API of a catalog: `execute` runs operations of `/graphql`, `execute_metadata` those of `/metadata`.

    `streams` opens those of `/graphql` that have several answers, `introspect` tells a key what it may do of them.
    """

    catalog: Catalog
    execute: PipelineExecutor
    execute_metadata: Executor
    streams: Streams
    introspect: ScopedIntrospection

    @property
    def schema(self) -> strawberry.Schema:
        return self.execute.schema


def build(catalog: Catalog) -> Api:
    """Builds the schemas, which takes half a second: do it once a process."""
    queries = {**metadata_queries(catalog), **core_queries()}
    mutations = core_mutations(catalog)
    documents = Documents(lambda: graphql_schema(schema), data_types(catalog))
    schema: strawberry.Schema = generate(
        *(
            catalog,
            documents,
            {**queries, **webhook_queries(catalog)},
            {**mutations, **webhook_mutations(catalog)},
            BoundedCost,
        )
    )
    of_metadata = Documents(lambda: graphql_schema(metadata))
    metadata: strawberry.Schema = metadata_schema.generate(of_metadata, queries, mutations)
    execute = PipelineExecutor(catalog, schema, documents)
    streams = Streams(catalog, graphql_schema(schema), documents, execute.pipeline)
    introspect = ScopedIntrospection(catalog, graphql_schema(schema), execute)
    return Api(catalog, execute, Executor(metadata, of_metadata), streams, introspect)
