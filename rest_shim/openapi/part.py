"""The description of one object, or of what else has a tag: its operations, and the components that these need.

Related records are described without relations of their own. Otherwise each part would describe all objects, since they
all lead to each other, and neither a person nor a program that draws it could take it in.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from rest_shim.openapi.document import BESIDE, Json, description
from schema.catalog.model import Catalog
from schema.context import EVERYTHING, Grants


def parts(catalog: Catalog) -> tuple[str, ...]:
    """Their names."""
    return (*(object_type.plural for object_type in catalog.objects.values()), *BESIDE)


def part(catalog: Catalog, name: str, grants: Grants = EVERYTHING) -> bytes:
    return orjson.dumps(described(catalog, name, grants))


def described(catalog: Catalog, name: str, grants: Grants = EVERYTHING) -> Json:
    whole = description(catalog, grants, whole=(name,))
    tagged = {
        path: {method: entry for method, entry in methods.items() if name in entry["tags"]}
        for path, methods in whole["paths"].items()
    }
    paths = {path: methods for path, methods in tagged.items() if methods}
    tags = [tag for tag in whole["tags"] if tag["name"] == name]
    info = {**whole["info"], "title": f"{whole['info']['title']}: {name}"}
    return {**whole, "info": info, "tags": tags, "paths": paths, "components": _needed(paths, whole["components"])}


def _needed(paths: Json, components: Mapping[str, Json]) -> Json:
    """What the paths refer to, what that refers to, and so on."""
    found: Json = {"securitySchemes": components["securitySchemes"]}
    ahead = list(_references(paths))
    while ahead:
        _, _, group, name = ahead.pop().split("/")
        if name not in found.setdefault(group, {}):
            found[group][name] = components[group][name]
            ahead += _references(components[group][name])
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
