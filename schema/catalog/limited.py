"""The part of a catalog that somebody may see: some of its objects, and the relations between these."""

from collections.abc import Callable
from dataclasses import replace

from schema.catalog.model import Catalog, ObjectType


def limited(catalog: Catalog, shows: Callable[[ObjectType], bool]) -> Catalog:
    """For reading of the model alone: nothing is planned by it."""
    objects = {name: found for name, found in catalog.objects.items() if shows(found)}
    seen = {
        name: replace(found, relations={n: r for n, r in found.relations.items() if r.target in objects})
        for name, found in objects.items()
    }
    return Catalog(seen, catalog.metadata)
