"""Operation and what is wanted of its records → the GraphQL document that asks for just that, and how to print it.

It knows GraphQL's language and nothing of requests or replies.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rest_shim.operations import Reply, RestOperation
from rest_shim.selection import ID_ONLY, Fields, Wanted
from schema.bounded_memory import BoundedMemory
from schema.catalog import operations
from schema.catalog.model import Catalog, Field, ObjectType, Relation
from schema.context import EVERYTHING, Grants, Printing
from schema.values.scopes import Right

MOST_RELATED = 60
REMEMBERED_CHARACTERS = 16_000_000  # of all documents together, some thousands, since `fields` makes them long
VERSION = "_updatedAt"
"""Where a record's answer tells its version, this comes first in it, whatever else is selected."""
_NEWEST_FIRST = f"(first: {MOST_RELATED}, orderBy: [{{id: DescNullsLast}}])"
_PAGE_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The text of an operation with one root field, whose variables are named like the field's arguments."""

    text: str
    printing: Printing


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of its answer.

    `counted` says whether a page tells how many records there are, `soft` whether a delete is to be undone some day.
    Groups have `aggregates`, and `samples` of their records. By `grants`, a depth leaves out what may not be read.
    """

    wanted: Wanted
    counted: bool = True
    soft: bool = False
    aggregates: tuple[str, ...] = ()
    samples: bool = False
    grants: Grants = EVERYTHING

    def of_written(self, object_type: ObjectType) -> "Asked":
        """What is asked of a write: of a record that may not be read, a depth answers the id alone."""
        by_depth = isinstance(self.wanted, int)
        return replace(self, wanted=ID_ONLY) if by_depth and not self.grants.allow(object_type, Right.READ) else self


class RestDocuments:
    """The documents of one catalog, remembered up to a bound."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._remembered: BoundedMemory[tuple[RestOperation, ObjectType, Asked], Document] = BoundedMemory(
            REMEMBERED_CHARACTERS
        )

    def get(self, operation: RestOperation, object_type: ObjectType, asked: Asked) -> Document:
        """The document of an operation on an object."""
        key = (operation, object_type, asked)
        found = self._remembered.get(key)
        if found is None:
            found = self._make(operation, object_type, asked)
            self._remembered.put(key, found, len(found.text))
        return found

    def _make(self, operation: RestOperation, object_type: ObjectType, asked: Asked) -> Document:
        selection = Selection(self._catalog, asked.grants)
        if operation.graphql.is_mutation:
            asked = asked.of_written(object_type)
        result = _result(operation, object_type, asked, selection)
        graphql = operation.performed(soft=asked.soft)
        head = _head(graphql, object_type, operation.key(object_type))
        return Document(
            text=" ".join([f"{head} {{ {result} }} }}", *selection.fragments()]),
            printing=Printing(plain_lists=True, null_paths=frozenset(selection.null_paths)),
        )


def _head(graphql: operations.Operation, object_type: ObjectType, key: str) -> str:
    """Every argument of the field is a variable, and one that is not given counts as an absent argument."""
    types = graphql.arguments
    variables = ", ".join(f"${name}: {text.format(type=object_type.type_name)}" for name, text in types.items())
    arguments = ", ".join(f"{name}: ${name}" for name in types)
    keyword = "mutation" if graphql.is_mutation else "query"
    name = graphql.field_name(object_type)
    return f"{keyword} ({variables}) {{ {name if name == key else f'{key}: {name}'}({arguments})"


def _result(operation: RestOperation, object_type: ObjectType, asked: Asked, selection: "Selection") -> str:
    match operation.reply:
        case Reply.ID | Reply.IDS:
            return selection.record(object_type, ID_ONLY)
        case Reply.PAGE:
            record = selection.record(object_type, asked.wanted)
            return f"edges {{ node {{ {record} }} }} {_PAGE_INFO}" + (" totalCount" if asked.counted else "")
        case Reply.DUPLICATES:
            record = selection.record(object_type, asked.wanted)
            return f"totalCount {_PAGE_INFO} {object_type.name}Duplicates: edges {{ node {{ {record} }} }}"
        case Reply.GROUPS:
            keys = ["groupByDimensionValues", *asked.aggregates]
            if asked.samples:
                keys.append(f"records: edges {{ node {{ {selection.record(object_type, asked.wanted)} }} }}")
            return " ".join(keys)
        case _:
            version = f"{VERSION}: updatedAt " if operation.is_versioned else ""
            return version + selection.record(object_type, asked.wanted)


class Selection:
    """Writes what is selected of one record, and collects the to-one relations in it that are null by definition.

    All fields of an object are a fragment, named like its type, since they are selected again and again. Records that
    may not be read are left out, unless they are named.
    """

    def __init__(self, catalog: Catalog, grants: Grants = EVERYTHING) -> None:
        self._catalog = catalog
        self._grants = grants
        self._selected: dict[str, ObjectType] = {}
        self.null_paths: set[Path] = set()

    def fragments(self) -> Iterator[str]:
        """The fragments that records refer to."""
        for name, object_type in self._selected.items():
            fields = " ".join(_field(field, field.name) for field in object_type.fields.values())
            yield f"fragment {name} on {name} {{ {fields} }}"

    def record(self, object_type: ObjectType, wanted: Wanted) -> str:
        """What is wanted of a record of the root field."""
        if isinstance(wanted, Fields):
            return " ".join(self._named(object_type, wanted))
        return self._to_depth(object_type, wanted)

    def _named(self, object_type: ObjectType, fields: Fields) -> Iterable[str]:
        for name in fields.names:
            field = object_type.field_named(name)
            assert field is not None
            yield _field(field, name)
        for name, wanted in fields.relations:
            relation = object_type.relation_named(name)
            assert relation is not None
            record = " ".join(self._named(self._catalog.objects[relation.target], wanted))
            yield _related(relation, name, record)

    def _to_depth(
        self, object_type: ObjectType, depth: int, path: Path = (), reached_by: Relation | None = None
    ) -> str:
        """Fields, then `depth` levels of relations. `path` leads here by response keys, with `reached_by` last."""
        self._selected[object_type.type_name] = object_type
        relations = (
            self._relation(relation, depth, (*path, relation.name), reached_by)
            for relation in object_type.relations.values()
        )
        return " ".join([f"...{object_type.type_name}", *filter(None, relations)])

    def _relation(self, relation: Relation, depth: int, path: Path, reached_by: Relation | None) -> str:
        """A to-one relation is null that may not be read or, in a related record, leads back or past the depth."""
        leads_back = reached_by is not None and relation.name == reached_by.inverse and not relation.is_to_many
        is_readable = self._grants.allow(relation.target_type, Right.READ)
        if depth and not leads_back and is_readable:
            record = self._to_depth(self._catalog.objects[relation.target], depth - 1, path, relation)
            return _related(relation, relation.name, record)
        if relation.is_to_many or (reached_by is None and (not depth or is_readable)):
            return ""
        self.null_paths.add(path)
        return f"{relation.name} {{ id }}"


def _related(relation: Relation, name: str, record: str) -> str:
    """A relation by its name or its alias."""
    if relation.is_to_many:
        return f"{name}{_NEWEST_FIRST} {{ edges {{ node {{ {record} }} }} }}"
    return f"{name} {{ {record} }}"


def _field(field: Field, name: str) -> str:
    if field.composite is None:
        return name
    return f"{name} {{ {' '.join(part.name for part in field.composite.parts)} }}"
