"""docs/objects.md: the objects, their fields and relations, as Markdown. It is made of the catalog alone."""

from collections.abc import Iterator

from schema.catalog.model import Catalog, Column, Field, ObjectType, Relation
from schema.declare import kinds
from schema.declare.composites import Options

HEAD = (
    "# Objects\n\n"
    "{count} objects, with the same operations in both APIs. Written by `make schema` from the declarations in"
    " `schema/objects`; a test holds it to them. `id`, `createdAt`, `updatedAt` and `deletedAt` are in all of them and"
    " are not repeated. *Required*: on create; *default*: what is stored where nothing is given; *unique*: among the"
    " records that are not deleted. A composite field has parts, each of them a value. What becomes of a relation when"
    " the other record is destroyed is in its line: most lose their link, some go with it."
)

SHARED = ("id", "createdAt", "updatedAt", "deletedAt")


def page(catalog: Catalog) -> str:
    objects = sorted(catalog.objects.values(), key=lambda found: found.name)
    parts = [HEAD.format(count=len(objects)), *_index(objects), *_composites(objects)]
    for object_type in objects:
        parts += _section(object_type)
    return "\n".join(parts) + "\n"


def _index(objects: list[ObjectType]) -> Iterator[str]:
    yield "\n| object | in REST | is |\n|---|---|---|"
    for found in objects:
        yield f"| [`{found.name}`](#{found.name.lower()}) | `/rest/{found.plural}` | {found.description} |"


def _composites(objects: list[ObjectType]) -> Iterator[str]:
    yield "\n## Composite fields\n\n| type | parts |\n|---|---|"
    used = {field.composite.name: field for found in objects for field in found.fields.values() if field.composite}
    for name, field in sorted(used.items()):
        yield f"| {_kind(name)} | {', '.join(map(_part, field.columns))} |"


def _part(column: Column) -> str:
    values = f" ({_values(column.options)})" if column.options else ""
    return f"`{column.part}` {_kind(column.kind.name)}{values}"


def _section(object_type: ObjectType) -> Iterator[str]:
    yield f"\n## {object_type.name}\n\n{object_type.description}"
    traits = object_type.traits
    if traits.duplicates:
        criteria = "; ".join(" and ".join(f"`{path}`" for path in columns) for columns in traits.duplicates)
        yield f"\nTwo are duplicates where one of these is the same: {criteria}."
    yield "\n| field | type | besides |\n|---|---|---|"
    for field in object_type.fields.values():
        if field.name not in SHARED and not field.is_foreign_key:
            yield f"| {_names(field)} | {_kind(field.kind_name)} | {_besides(field)} |"
    if object_type.relations:
        yield "\n| relation | to | besides |\n|---|---|---|"
        yield from map(_relation, object_type.relations.values())


def _relation(relation: Relation) -> str:
    target = f"[`{relation.target}`](#{relation.target.lower()})"
    if relation.is_to_many:
        return f"| {_names(relation)} | many {target} | by their `{relation.foreign_key}` |"
    after = "goes with it" if relation.cascade else "loses its link"
    needed = "" if relation.nullable else ", required"
    return f"| {_names(relation)} | {target} | `{relation.foreign_key}`{needed}; {after} |"


def _names(one: Field | Relation) -> str:
    return f"`{one.name}`" + (f", also `{one.alias}`" if one.alias else "")


def _besides(field: Field) -> str:
    told = []
    if field.required_on_create:
        told.append("required")
    if field.unique:
        told.append("unique")
    if field.composite is None:
        options, default = field.column.options, field.default
        if options:
            told.append(f"one of {_values(options)}")
        if isinstance(default, str | int | float | bool) and default != "" and field.column.kind is not kinds.POSITION:
            told.append(f"default `{str(default).lower() if isinstance(default, bool) else default}`")
        if field.column.secret:
            told.append("secret: read as `********`")
    return "; ".join(told)


def _values(options: Options) -> str:
    return ", ".join(f"`{value}`" for value in options.values)


def _kind(name: str) -> str:
    return name.lower().replace("_", " ")
