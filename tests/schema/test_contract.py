"""The schema against the documented one: nothing missing, nothing of another type, every addition listed."""

from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_client_schema,
    build_schema,
    introspection_from_schema,
    is_specified_directive,
    is_specified_scalar_type,
)

from schema.api import Api
from schema.catalog.model import Catalog

FACTS = Path(__file__).parent / "facts"


def members(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Every type, field, argument, input field, enum value and directive by its coordinate, each with its type."""
    for directive in schema.directives:
        if not is_specified_directive(directive):
            yield f"@{directive.name}", " | ".join(location.name for location in directive.locations)
            for name, argument in directive.args.items():
                yield f"@{directive.name}({name}:)", str(argument.type)
    for name, type_ in build_client_schema(introspection_from_schema(schema)).type_map.items():
        if name.startswith("__") or is_specified_scalar_type(type_):
            continue
        yield name, type(type_).__name__
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{name}.{value}", "") for value in type_.values)
        if isinstance(type_, GraphQLObjectType | GraphQLInputObjectType):
            for field_name, field in type_.fields.items():
                yield f"{name}.{field_name}", str(field.type)
                for argument_name, argument in getattr(field, "args", {}).items():
                    yield f"{name}.{field_name}({argument_name}:)", str(argument.type)


def is_search_vector(coordinate: str) -> bool:
    """`searchVector` is a field of records alone, not of inputs, and has no aggregates."""
    return coordinate.endswith(("Input.searchVector", "SearchVector"))


def documented() -> dict[str, str]:
    reference = build_schema((FACTS / "reference.graphql").read_text())
    return {coordinate: type_ for coordinate, type_ in members(reference) if not is_search_vector(coordinate)}


def test_everything_documented_is_there_with_the_same_type(schema: GraphQLSchema) -> None:
    ours = dict(members(schema))
    differing = {
        coordinate: (type_, ours.get(coordinate))
        for coordinate, type_ in documented().items()
        if ours.get(coordinate) != type_
    }
    assert differing == {}


def test_every_addition_is_listed(schema: GraphQLSchema) -> None:
    expected = documented()
    added = [f"{coordinate} {type_}".strip() for coordinate, type_ in members(schema) if coordinate not in expected]
    assert sorted(added) == (FACTS / "additions.txt").read_text().splitlines()


def test_the_documented_schema_holds_all_objects() -> None:
    assert len(documented()) > 7_000


def test_search_vector_is_a_field_of_searched_records_alone(schema: GraphQLSchema, catalog: Catalog) -> None:
    searched = [item.type_name for item in catalog.objects.values() if item.traits.search]
    assert sorted(coordinate for coordinate, _ in members(schema) if "earchVector" in coordinate) == sorted(
        f"{name}.searchVector" for name in searched
    )


def test_the_committed_sdl_is_the_schema(api: Api) -> None:
    committed = (Path(__file__).parents[2] / "schema" / "schema.graphql").read_text()
    assert committed == api.schema.as_str() + "\n", "run `make schema`"
