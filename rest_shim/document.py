"""Catalog, operation and depth → the GraphQL document that asks for just what REST answers, and how to print it.

It knows GraphQL's language and nothing of requests or replies.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from schema.catalog import Catalog, Field, ObjectType, Relation
from schema.context import Shape
from schema.operations import Result, RootField, root_fields

MOST_RELATED = 60
REMEMBERED_DOCUMENTS = 1000
_NEWEST_FIRST = f"(first: {MOST_RELATED}, orderBy: [{{id: DescNullsLast}}])"
_PAGE_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The text of an operation with one root field, whose variables are named like the field's arguments."""

    text: str
    shape: Shape


class Documents:
    """The documents of one catalog, remembered up to a bound."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._fields = {field.name: field for field in root_fields(catalog)}
        self._remembered = lru_cache(REMEMBERED_DOCUMENTS)(self._make)

    def get(self, field_name: str, depth: int, counted: bool) -> Document:
        """The document of a root field; for a page, `counted` says whether it tells how many records there are."""
        return self._remembered(field_name, depth, counted)

    def _make(self, field_name: str, depth: int, counted: bool) -> Document:
        field = self._fields[field_name]
        selection = Selection(self._catalog)
        record = selection.record(field.object_type, depth)
        return Document(
            text=" ".join([f"{_head(field)} {{ {_result(field, record, counted)} }} }}", *selection.fragments()]),
            shape=Shape(plain_lists=True, null_paths=frozenset(selection.null_paths)),
        )


def _head(field: RootField) -> str:
    """Every argument of the field is a variable, and one that is not given counts as an absent argument."""
    types = field.operation.arguments
    variables = ", ".join(f"${name}: {text.format(type=field.object_type.type_name)}" for name, text in types.items())
    arguments = ", ".join(f"{name}: ${name}" for name in types)
    keyword = "mutation" if field.operation.is_mutation else "query"
    return f"{keyword} ({variables}) {{ {field.name}({arguments})"


def _result(field: RootField, record: str, counted: bool) -> str:
    if field.operation.result is not Result.CONNECTION:
        return record
    return f"edges {{ node {{ {record} }} }} {_PAGE_INFO}" + (" totalCount" if counted else "")


class Selection:
    """Writes what is selected of one record, and collects the to-one relations in it that are null by definition.

    The fields of an object are a fragment, named like its type, since they are selected again and again.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._selected: dict[str, ObjectType] = {}
        self.null_paths: set[Path] = set()

    def fragments(self) -> Iterator[str]:
        """The fragments that records refer to."""
        for name, object_type in self._selected.items():
            yield f"fragment {name} on {name} {{ {' '.join(map(_field, object_type.fields.values()))} }}"

    def record(self, object_type: ObjectType, depth: int, path: Path = (), reached_by: Relation | None = None) -> str:
        """Fields, then `depth` levels of relations. `path` leads here by response keys, with `reached_by` last."""
        self._selected[object_type.type_name] = object_type
        relations = (
            self._relation(relation, depth, (*path, relation.name), reached_by)
            for relation in object_type.relations.values()
        )
        return " ".join([f"...{object_type.type_name}", *filter(None, relations)])

    def _relation(self, relation: Relation, depth: int, path: Path, reached_by: Relation | None) -> str:
        """In a related record a to-one relation that leads back, or past the depth, stands there as null."""
        leads_back = reached_by is not None and relation.name == reached_by.inverse and not relation.is_to_many
        if depth and not leads_back:
            target = self.record(self._catalog.objects[relation.target], depth - 1, path, relation)
            if relation.is_to_many:
                return f"{relation.name}{_NEWEST_FIRST} {{ edges {{ node {{ {target} }} }} }}"
            return f"{relation.name} {{ {target} }}"
        if relation.is_to_many or reached_by is None:
            return ""
        self.null_paths.add(path)
        return f"{relation.name} {{ id }}"


def _field(field: Field) -> str:
    if field.composite is None:
        return field.name
    return f"{field.name} {{ {' '.join(part.name for part in field.composite.parts)} }}"
