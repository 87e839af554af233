"""Which fields and relations of a record are answered: by `depth`, or as `fields` names them."""

from collections.abc import Iterable
from dataclasses import dataclass

from schema.catalog.model import Catalog, ObjectType
from schema.errors import BadUserInput
from schema.values.messages import shown

DEPTHS = (0, 1, 2)
DEFAULT_DEPTH = 1
MOST_RELATIONS = 2
_MOST_NAMED = 5  # of unknown fields, in a message


@dataclass(frozen=True, slots=True)
class Fields:
    """Just these fields of a record, in the order in which they are answered, and these of its relations."""

    names: tuple[str, ...]
    relations: tuple[tuple[str, "Fields"], ...] = ()


Wanted = int | Fields
"""A depth, or fields."""

ID_ONLY = Fields(("id",))


def named(catalog: Catalog, object_type: ObjectType, text: str) -> Fields:
    """What the `fields` parameter names. Raises BadUserInput that names what is unknown."""
    paths = [tuple(segment.strip() for segment in path.split(".")) for path in text.split(",") if path.strip()]
    if not paths:
        raise BadUserInput(
            "'fields' parameter is empty. Expected a comma-separated list of field names, e.g. fields=id,name"
        )
    unknown = list(dict.fromkeys(_unknown(catalog, object_type, paths)))
    if unknown:
        names = ", ".join(shown(name) for name in unknown[:_MOST_NAMED])
        raise BadUserInput(f"'fields' parameter invalid. Unknown or unreadable fields on '{object_type.name}': {names}")
    return _fields(catalog, object_type, paths)


def _unknown(catalog: Catalog, object_type: ObjectType, paths: Iterable[tuple[str, ...]]) -> Iterable[str]:
    for path in paths:
        at = object_type
        *relations, last = path
        for name in relations:
            relation = at.relation_named(name)
            if relation is None:
                yield ".".join(path)
                break
            at = catalog.objects[relation.target]
        else:
            is_relation = at.relation_named(last) is not None
            if at.field_named(last) is None and not is_relation:
                yield ".".join(path)
            elif len(relations) + is_relation > MOST_RELATIONS:
                raise BadUserInput(
                    f"'fields' parameter invalid. '{shown('.'.join(path))}' reaches through more than"
                    f" {MOST_RELATIONS} relations"
                )


def _fields(catalog: Catalog, object_type: ObjectType, paths: list[tuple[str, ...]]) -> Fields:
    """All own fields where a relation is named bare: then one of the paths is empty. Aliases only by their names."""
    below: dict[str, list[tuple[str, ...]]] = {}
    for path in paths:
        if path:
            below.setdefault(path[0], []).append(path[1:])
    wanted = {"id", *below, *(object_type.fields if () in paths else ())}
    names = tuple(name for field in object_type.fields.values() for name in field.names if name in wanted)
    relations = tuple(
        (name, _fields(catalog, catalog.objects[relation.target], below[name]))
        for relation in object_type.relations.values()
        for name in relation.names
        if name in below
    )
    return Fields(names, relations)
