"""The words of REST's messages: what the nearest known name is, and GraphQL's messages in REST's wording."""

import re
from collections.abc import Iterable, Mapping

from schema.catalog.model import Catalog
from schema.declare.composites import COMPOSITES
from schema.values.messages import shown
from schema.values.nearness import nearest

_BEGINNING = 3  # letters

InputFields = Mapping[str, tuple[str, ...]]

_VARIABLE = re.compile(r"Variable '\$\w+' has invalid value(?: at \.?(?P<path>[^:]+))?: (?P<reason>.*)", re.DOTALL)
_UNKNOWN_FIELD = re.compile(
    r"Expected value of type '(?P<type>\w+)' not to include unknown field '(?P<field>.*?)'[.,] "
)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question that names the known name that is near, or the one that it begins, with a space before it."""
    known = tuple(known)
    begun = [candidate for candidate in known if len(name) >= _BEGINNING and candidate.startswith(name)]
    found = nearest(name, known) or (begun[0] if len(begun) == 1 else None)
    return f" Did you mean '{found}'?" if found else ""


def input_fields(catalog: Catalog) -> InputFields:
    """The fields of every input type that holds data, by the type's name."""
    fields: dict[str, tuple[str, ...]] = {}
    for verb in ("Create", "Update", "GroupBy"):
        for object_type in catalog.objects.values():
            fields[f"{object_type.type_name}{verb}Input"] = (*object_type.fields, *object_type.relations)
        for composite in COMPOSITES:
            fields[f"{composite.type_name}{verb}Input"] = tuple(
                part.name for part in composite.parts if not part.read_only
            )
    return fields


def reworded(message: str, known: InputFields) -> str:
    """GraphQL's message without GraphQL's words: it speaks of the field in the body, not of a variable.

    Quotation marks are single ones, as messages stand in JSON.
    """
    found = _VARIABLE.match(message)
    if found is None:
        return message.replace('"', "'")
    unknown = _UNKNOWN_FIELD.match(found["reason"])
    if unknown:
        field, type_name = shown(unknown["field"]), unknown["type"]
        nearest = did_you_mean(field, known.get(type_name, ()))
        return f"Field '{field}' is not defined by type '{type_name}'.{nearest}"
    place = f" at {found['path']}" if found["path"] else ""
    return f"Invalid value{place}: {found['reason']}".replace('"', "'")
