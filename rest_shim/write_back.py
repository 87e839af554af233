"""A record as it was read → data that can be written: what only says how things are already is left out.

Reads answer what writes do not take: parts that the server keeps, and related records in place of what to do with
them. To-many relations come as arrays, to-one relations as objects with an id. Both pass where each record in them is
linked, which one GraphQL query finds out for all records of a request; the foreign key beside a to-one relation
decides, so that it can be changed in what was read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from schema.catalog.model import ObjectType, Relation
from schema.context import Execute, GraphQLRequest, Printing
from schema.errors import BadUserInput
from schema.values.ids import uuid
from schema.values.messages import as_json, shown

Record = dict[str, Any]
Links = Mapping[str, set[str]]
"""What a record is linked to, in lower case, by the name of the relation."""

ANY = "{or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}"
PAGE = 1000
_ASKED = ("connect", "create", "disconnect")


class Unanswered(Exception):
    """The query for what is linked has errors."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Claim:
    """Says that a record is linked to others. `place` is where, for messages."""

    place: str
    record_id: str
    relation: Relation
    ids: tuple[str, ...]


async def writable(
    object_type: ObjectType, execute: Execute, records: Sequence[Any], own_id: str | None = None
) -> list[Any]:
    """The data of records to update, of which `own_id` is the id where there is just one.

    Raises BadUserInput that names `connect` for a relation that is not as the data says, and Unanswered.
    """
    claims: list[Claim] = []
    plain = []
    for n, record in enumerate(records):
        if isinstance(record, dict):
            place = "" if own_id else f"[{n}]."
            record_id = own_id or record.get("id")
            claims += _claims(object_type, record, place, str(record_id or "").lower())
            record = _plain(object_type, record)
            if own_id and record.get("deletedAt") is None:  # what is found by its id to be updated is not deleted
                record.pop("deletedAt", None)
        plain.append(record)
    if claims:
        _check(claims, await _links(object_type, execute, claims))
    return plain


def _plain(object_type: ObjectType, record: Record) -> Record:
    """A record without what is only read."""
    plain = {name: value for name, value in record.items() if not _is_read(object_type.relation_named(name), value)}
    actor = object_type.actor
    if actor and isinstance(plain.get(actor.name), dict):
        kept = {column.part for column in actor.columns if column.read_only}
        plain[actor.name] = {part: value for part, value in plain[actor.name].items() if part not in kept}
    return plain


def _is_read(relation: Relation | None, value: Any) -> bool:
    if relation is None:
        return False
    if relation.is_to_many:
        return isinstance(value, list)
    return isinstance(value, dict) and "id" in value and not any(name in value for name in _ASKED)


def _claims(object_type: ObjectType, record: Record, place: str, record_id: str) -> Iterator[Claim]:
    for name, value in record.items():
        relation = object_type.relation_named(name)
        if relation is None or not _is_read(relation, value) or value == []:
            continue
        where = f"{place}{name}"
        ids = tuple(_id(item, where) for item in (value if relation.is_to_many else [value]))
        if relation.is_to_many or ids != (_key(object_type, relation, record),):
            yield Claim(where, record_id, relation, ids)


def _key(object_type: ObjectType, relation: Relation, record: Record) -> str | None:
    """The foreign key that stands beside a to-one relation, by whichever of its names."""
    keys = [record[name] for name in object_type.fields[relation.foreign_key].names if name in record]
    return str(keys[0]).lower() if keys else None


def _id(item: Any, place: str) -> str:
    found = item.get("id") if isinstance(item, dict) else None
    if not isinstance(found, str):
        raise BadUserInput(f"{place}: {as_json(item)} is not a record with an id. {_ADVICE}")
    try:
        return str(uuid(found, place))
    except BadUserInput:
        raise BadUserInput(f"{place}: '{shown(found)}' is not a valid UUID") from None


async def _links(object_type: ObjectType, execute: Execute, claims: Sequence[Claim]) -> Mapping[str, Links]:
    """What the records of the claims are linked to, by their ids."""
    variables: dict[str, Any] = {"ids": list({claim.record_id for claim in claims if claim.record_id}), "after": None}
    if not variables["ids"]:
        return {}
    for claim in claims:
        if claim.relation.is_to_many:
            variables.setdefault(claim.relation.name, []).extend(claim.ids)
    relations = {claim.relation.name: claim.relation for claim in claims}
    document = _document(object_type, list(relations.values()), max(len(claim.ids) for claim in claims))
    found: dict[str, Links] = {}
    while True:
        page = await _page(execute, document, variables)
        for node in page["edges"]:
            found[node["id"]] = {name: _linked(relation, node) for name, relation in relations.items()}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        variables["after"] = page["pageInfo"]["endCursor"]


async def _page(execute: Execute, document: str, variables: Mapping[str, Any]) -> Any:
    answer = await execute(
        GraphQLRequest(document, dict(variables), read_only=True, printing=Printing(plain_lists=True))
    )
    if answer.errors or answer.data is None:
        raise Unanswered(answer.errors)
    return orjson.loads(orjson.dumps(answer.data["records"]))


def _document(object_type: ObjectType, relations: Sequence[Relation], most: int) -> str:
    selected, lists = [], ["$ids: [ID]", "$after: String"]
    for relation in relations:
        if relation.is_to_many:
            chosen = f"filter: {{and: [{{id: {{in: ${relation.name}}}}}, {ANY}]}}, first: {most}"
            selected.append(f"{relation.name}({chosen}) {{ edges {{ node {{ id }} }} }}")
            lists.append(f"${relation.name}: [ID]")
        else:
            selected.append(relation.foreign_key)
    page = f"filter: {{and: [{{id: {{in: $ids}}}}, {ANY}]}}, first: {PAGE}, after: $after"
    return (
        f"query ({', '.join(lists)}) {{ records: {object_type.plural}({page}) {{"
        f" edges {{ node {{ id {' '.join(dict.fromkeys(selected))} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )


def _linked(relation: Relation, node: Mapping[str, Any]) -> set[str]:
    if relation.is_to_many:
        return {related["id"] for related in node[relation.name]}
    return {node[relation.foreign_key]}


def _check(claims: Sequence[Claim], links: Mapping[str, Links]) -> None:
    for claim in claims:
        linked = links.get(claim.record_id, {}).get(claim.relation.name, ())
        for related in claim.ids:
            if related not in linked:
                raise BadUserInput(f"{claim.place}: '{related}' is not linked to the record. {_ADVICE}")


_ADVICE = "To link records, use connect with their ids or unique keys"
