"""What a caller can say of records that are another workspace's, for every root field and every route.

`Words` are all that he knows of them: ids, texts, cursors, deliveries, numbers of events. Their `twin` is as well
formed and names nothing. The cases are derived from the tables of operations; those of other fields stand in a table
here.
"""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from rest_shim.operations import Body, RestOperation
from schema.catalog.model import ObjectType
from schema.catalog.operations import Operation, Verb
from schema.declare import kinds
from tests.records import LONG_AGO, Json, value

THEIRS, NOBODYS, OURS = 3, 9, 1
"""The numbers of the examples that the texts of records are: theirs, of no record, and ours."""
NUMBERED = (" {}", "person{}@", "example{}.com", "207946000{}")
"""What the texts of examples have their numbers in."""
BY_ID = '[{"id":true}]'
LIVE_OR_NOT: Json = {"or": [{"deletedAt": {"is": "NULL"}}, {"deletedAt": {"is": "NOT_NULL"}}]}


@dataclass(frozen=True, slots=True)
class Words:
    """`live` and `deleted` are ids by the name of the object, `example` is the number of the texts."""

    live: Mapping[str, str]
    deleted: Mapping[str, str]
    example: int
    delivery: str
    event_id: str
    number: str

    def twin(self) -> "Words":
        return Words(
            {name: _other(own) for name, own in self.live.items()},
            {name: _other(own) for name, own in self.deleted.items()},
            NOBODYS,
            _other(self.delivery),
            _other(self.event_id),
            self.number,
        )

    def ids(self) -> Iterator[str]:
        yield from (*self.live.values(), *self.deleted.values(), self.delivery, self.event_id)

    def without(self, text: str, twin: "Words") -> str:
        """An answer, with the twin's ids in the place of these."""
        for own, other in zip(self.ids(), twin.ids(), strict=True):
            text = text.replace(own, other)
        for form in NUMBERED:
            text = text.replace(form.format(self.example), form.format(twin.example))
        return text

    def text(self, column: Any) -> Any:
        return value(column, self.example)

    def cursor(self, name: str) -> str:
        return base64.urlsafe_b64encode(orjson.dumps({"id": self.live[name]})).rstrip(b"=").decode()


def _other(own: str) -> str:
    """An id at the same place in the order of all, but for its neighbours."""
    return f"{own[:24]}{int(own[24:], 16) ^ 0xBAD0BAD0:012x}"


def texts(object_type: ObjectType) -> Iterator[tuple[str, str | None, Any]]:
    """The fields, or parts of fields, whose texts tell records apart: the field, the part, and the column."""
    for field in object_type.fields.values():
        if field.kind_name == "RICH_TEXT_V2":
            continue
        for column in field.columns:
            if column.kind is not kinds.TEXT or column.options or column.secret or column.read_only:
                continue
            if value(column, THEIRS) != value(column, NOBODYS):
                yield field.name, column.part, column


def conditions(object_type: ObjectType, words: Words) -> Iterator[Json]:
    """Each is met by a record of theirs, if it is met at all."""
    name = object_type.name
    yield {"id": {"eq": words.live[name]}}
    yield {"id": {"in": [words.live[name], words.deleted[name]]}}
    for relation in object_type.to_one:
        yield {relation.foreign_key: {"eq": words.live[relation.target]}}
        yield {relation.name: {"id": {"eq": words.live[relation.target]}}}
    for relation in object_type.to_many:
        yield {relation.name: {"some": {"id": {"eq": words.live[relation.target]}}}}
    for field, part, column in texts(object_type):
        test = {"eq": words.text(column)}
        yield {field: {part: test} if part else test}


def any_of(object_type: ObjectType, words: Words) -> Json:
    return {"and": [LIVE_OR_NOT, {"or": list(conditions(object_type, words))}]}


def links(object_type: ObjectType, words: Words) -> Iterator[Json]:
    """Data that links to records of theirs, by each relation in each way."""
    for relation in object_type.to_one:
        target = words.live[relation.target]
        yield {relation.foreign_key: target}
        yield {relation.name: {"connect": {"where": {"id": target}}}}
    for relation in object_type.to_many:
        yield {relation.name: {"connect": [{"where": {"id": words.live[relation.target]}}]}}


def unique_links(object_type: ObjectType, words: Words) -> Iterator[Json]:
    for relation in object_type.to_one:
        for field in relation.target_type.fields.values():
            column = field.columns[0]
            if field.unique and column.kind is kinds.TEXT and not column.options:
                key = {column.part: words.text(column)} if column.part else words.text(column)
                yield {relation.name: {"connect": {"where": {field.name: key}}}}


def texts_of(object_type: ObjectType, words: Words) -> Json:
    """Data that says the same as a record of theirs, unique values included."""
    found: Json = {}
    for field, part, column in texts(object_type):
        if part:
            found.setdefault(field, {})[part] = words.text(column)
        else:
            found[field] = words.text(column)
    return found


@dataclass(frozen=True, slots=True)
class Own:
    """What the caller has himself: a record of the object, and what a create needs."""

    id: str
    least: Json


def _find_many(object_type: ObjectType, words: Words, own: Own) -> Iterator[Json]:
    yield {"filter": any_of(object_type, words)}
    yield {"filter": {"not": {"id": {"eq": words.live[object_type.name]}}}, "orderBy": [{"id": "AscNullsFirst"}]}
    yield {"after": words.cursor(object_type.name), "first": 5}
    yield {"before": words.cursor(object_type.name), "last": 5}
    yield {"filter": any_of(object_type, words), "limit": 3, "offset": 0}


def _find_one(object_type: ObjectType, words: Words, own: Own) -> Iterator[Json]:
    yield {"filter": any_of(object_type, words)}
    yield {"filter": {"id": {"eq": words.live[object_type.name]}}}


def _duplicates(object_type: ObjectType, words: Words, own: Own) -> Iterator[Json]:
    yield {"ids": [words.live[object_type.name], own.id, words.deleted[object_type.name]]}
    yield {"data": [texts_of(object_type, words), {}]}


def _group_by(object_type: ObjectType, words: Words, own: Own) -> Iterator[Json]:
    by: Json = {"groupBy": [{"id": True}], "orderBy": [{"id": "AscNullsFirst"}], "limit": 5}
    yield {**by, "filter": any_of(object_type, words)}
    yield {**by, "viewId": words.live["view"], "orderByForRecords": [{"id": "AscNullsFirst"}]}


def _create(object_type: ObjectType, words: Words, own: Own) -> Iterator[Json]:
    for link in (*links(object_type, words), *unique_links(object_type, words)):
        yield {"data": {**own.least, **link}}
    yield {"data": {**own.least, **texts_of(object_type, words)}, "upsert": True}


def _update(object_type: ObjectType, words: Words, own: Own) -> Iterator[Json]:
    name = object_type.name
    yield {"id": words.live[name], "data": texts_of(object_type, words)}
    yield {"id": words.deleted[name], "data": {"deletedAt": None}}
    yield {"id": words.live[name], "data": {}, "ifUnchangedSince": LONG_AGO}
    for link in (*links(object_type, words), *unique_links(object_type, words)):
        yield {"id": own.id, "data": link}


def _update_many(object_type: ObjectType, words: Words, own: Own) -> Iterator[Json]:
    yield {"filter": any_of(object_type, words), "data": {"deletedAt": None}}
    for relation in object_type.to_one:
        yield {"filter": {"id": {"eq": own.id}}, "data": {relation.foreign_key: words.live[relation.target]}}


def _by_id(object_type: ObjectType, words: Words, own: Own) -> Iterator[Json]:
    yield {"id": words.live[object_type.name]}
    yield {"id": words.deleted[object_type.name]}
    yield {"id": words.live[object_type.name], "ifUnchangedSince": LONG_AGO}


def _by_filter(object_type: ObjectType, words: Words, own: Own) -> Iterator[Json]:
    yield {"filter": any_of(object_type, words)}
    for relation in object_type.to_one:
        yield {"filter": {relation.foreign_key: {"eq": words.live[relation.target]}}}


def _merge(object_type: ObjectType, words: Words, own: Own) -> Iterator[Json]:
    name = object_type.name
    for dry in (True, False):
        yield {"ids": [own.id, words.live[name]], "conflictPriorityIndex": 0, "dryRun": dry}
        yield {"ids": [words.live[name], words.deleted[name]], "conflictPriorityIndex": 1, "dryRun": dry}


Cases = Callable[[ObjectType, Words, Own], Iterator[Json]]

_CASES: Mapping[tuple[Verb, bool], Cases] = {
    (Verb.FIND_MANY, True): _find_many,
    (Verb.FIND_ONE, False): _find_one,
    (Verb.FIND_DUPLICATES, True): _duplicates,
    (Verb.GROUP_BY, True): _group_by,
    (Verb.CREATE, True): lambda o, w, own: ({**given, "data": [given["data"]]} for given in _create(o, w, own)),
    (Verb.CREATE, False): _create,
    (Verb.UPDATE, False): _update,
    (Verb.UPDATE, True): _update_many,
    (Verb.DELETE, False): _by_id,
    (Verb.DELETE, True): _by_filter,
    (Verb.RESTORE, False): _by_id,
    (Verb.RESTORE, True): _by_filter,
    (Verb.DESTROY, False): _by_id,
    (Verb.DESTROY, True): _by_filter,
    (Verb.MERGE, False): _merge,
}


def cases(operation: Operation, object_type: ObjectType, words: Words, own: Own) -> list[Json]:
    """The arguments of each case of an operation of an object; in all of them together each argument is used."""
    return list(_CASES[operation.verb, operation.many](object_type, words, own))


_EVENT_PAGE = "{ edges { cursor node { number id record } } pageInfo { hasNextPage endCursor } }"
_DELIVERY = "{ id webhookId eventId status attempts { status } }"

OTHERS: Mapping[str, Callable[[Words], list[str]]] = {
    "currentWorkspace": lambda w: ["currentWorkspace { id displayName }"],
    "objects": lambda w: [f'objects(filter: {{id: {{eq: "{w.live["view"]}"}}}}) {{ edges {{ node {{ id }} }} }}'],
    "object": lambda w: [f'object(id: "{w.live["view"]}") {{ id }}'],
    "fields": lambda w: [f'fields(filter: {{id: {{eq: "{w.live["view"]}"}}}}) {{ edges {{ node {{ id }} }} }}'],
    "field": lambda w: [f'field(id: "{w.live["view"]}") {{ id }}'],
    "events": lambda w: [
        f'events(filter: {{recordId: "{w.live["person"]}"}}) {_EVENT_PAGE}',
        f'events(after: "{w.number}") {_EVENT_PAGE}',
    ],
    "webhookDeliveries": lambda w: [
        f'webhookDeliveries(filter: {{webhookId: "{w.live["webhook"]}"}}) {{ edges {{ cursor node {_DELIVERY} }} }}',
        f'webhookDeliveries(filter: {{recordId: "{w.live["person"]}"}}) {{ edges {{ cursor node {_DELIVERY} }} }}',
    ],
    "search": lambda w: [
        f'search(searchInput: "{w.live["person"]}", limit: 9) {{ edges {{ cursor node {{ recordId label }} }} }}',
        f'search(searchInput: "", limit: 9, filter: {{id: {{eq: "{w.live["person"]}"}}}}) {{ edges {{ cursor }} }}',
        f'search(searchInput: "person{w.example}", limit: 9) {{ edges {{ cursor node {{ recordId }} }} }}',
    ],
    "generateApiKeyToken": lambda w: [
        f'generateApiKeyToken(apiKeyId: "{own}", expiresAt: "2030-01-01T00:00:00.000Z") {{ token }}'
        for own in (w.live["apiKey"], w.deleted["apiKey"])
    ],
    "revokeApiKey": lambda w: [f'revokeApiKey(input: {{id: "{w.live["apiKey"]}"}}) {{ id }}'],
    "redeliverWebhook": lambda w: [f'redeliverWebhook(deliveryId: "{w.delivery}") {_DELIVERY}'],
    "testWebhook": lambda w: [f'testWebhook(id: "{w.live["webhook"]}") {_DELIVERY}'],
    "replayWebhook": lambda w: [f'replayWebhook(id: "{w.live["webhook"]}", since: "{LONG_AGO}") {{ count }}'],
}
"""The cases of each root field that is no operation of an object."""

STREAMS: Mapping[str, Callable[[Words], list[str]]] = {
    "onDbEvent": lambda w: [f'onDbEvent(input: {{recordId: "{w.live["person"]}", after: 0}}) {{ id record }}'],
}


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of REST."""

    method: str
    path: str
    body: Any = None


def rest_filter(object_type: ObjectType, words: Words) -> str:
    own, gone = words.live[object_type.name], words.deleted[object_type.name]
    tests = [f"id[eq]:{own}", f"id[in]:[{own},{gone}]"]
    for relation in object_type.to_one:
        tests += [f"{path}[eq]:{words.live[relation.target]}" for path in (relation.foreign_key, f"{relation.name}.id")]
    tests += [f"{relation.name}.id[eq]:{words.live[relation.target]}" for relation in object_type.to_many]
    for field, part, column in texts(object_type):
        tests.append(f"{f'{field}.{part}' if part else field}[eq]:{_quoted(words.text(column))}")
    return quote(f"and(or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL),or({','.join(tests)}))")


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def asks(operation: RestOperation, object_type: ObjectType, words: Words, own: Own) -> Iterator[Ask]:
    """What can be said of them at all paths and by all methods of an operation of REST."""
    name, plural = object_type.name, object_type.plural
    for method in operation.methods:
        for path in operation.paths:
            place = path.replace("{plural}", plural)
            if operation.takes_id:
                for record_id in (words.live[name], words.deleted[name]):
                    asked = place.replace("{id}", record_id)
                    yield Ask(method, asked, texts_of(object_type, words) if operation.body is Body.RECORD else None)
                    if operation.soft:
                        yield Ask(method, f"{asked}?soft_delete=true")
                if operation.body is Body.RECORD:
                    yield from (Ask(method, place.replace("{id}", own.id), link) for link in _keys(object_type, words))
                continue
            yield from _asks_of_many(operation, object_type, words, own, method, place)


def _keys(object_type: ObjectType, words: Words) -> Iterator[Json]:
    yield from ({relation.foreign_key: words.live[relation.target]} for relation in object_type.to_one)


def _asks_of_many(
    operation: RestOperation, object_type: ObjectType, words: Words, own: Own, method: str, place: str
) -> Iterator[Ask]:
    name, wanted = object_type.name, operation.parameters
    match operation.body:
        case Body.MERGE:
            yield Ask(method, place, {"ids": [own.id, words.live[name]]})
        case Body.DUPLICATES:
            yield Ask(method, place, {"ids": [own.id, words.live[name], words.deleted[name]]})
            yield Ask(method, place, {"data": [texts_of(object_type, words)]})
        case Body.RECORDS | Body.RECORD if "filter" not in wanted:
            for link in _keys(object_type, words):
                data = {**own.least, **link}
                yield Ask(method, place, [data] if operation.body.is_array else data)
    grouped = "group_by" in wanted
    start = f"{place}?group_by={quote(BY_ID)}&" if grouped else f"{place}?"
    if "filter" in wanted:
        body = {"deletedAt": None} if operation.body is Body.RECORD else None
        yield Ask(method, f"{start}filter={rest_filter(object_type, words)}", body)
        if operation.soft:
            yield Ask(method, f"{start}filter={rest_filter(object_type, words)}&soft_delete=true")
    for parameter in ("starting_after", "ending_before"):
        if parameter in wanted:
            yield Ask(method, f"{start}{parameter}={words.cursor(name)}")
            yield Ask(method, f"{start}{parameter}={words.live[name]}")
    if "view_id" in wanted:
        yield Ask(method, f"{start}view_id={words.live['view']}")


ROUTES: Mapping[str, Callable[[Words], list[Ask]]] = {
    "/open-api/core": lambda w: [Ask("GET", "/open-api/core"), Ask("GET", f"/open-api/core?object={w.live['view']}")],
    "/open-api/core/{object}": lambda w: [Ask("GET", "/open-api/core/people")],
    "/metadata": lambda w: [Ask("GET", "/metadata")],
    "/metadata/{collection}": lambda w: [Ask("GET", f"/metadata/objects?starting_after={w.live['view']}")],
    "/metadata/{collection}/{id}": lambda w: [Ask("GET", f"/metadata/fields/{w.live['view']}")],
    "/events": lambda w: [
        Ask("GET", f"/events?recordId={w.live['person']}"),
        Ask("GET", f"/events?starting_after={w.number}"),
    ],
    "/webhookDeliveries": lambda w: [
        Ask("GET", f"/webhookDeliveries?webhookId={w.live['webhook']}"),
        Ask("GET", f"/webhookDeliveries?recordId={w.live['person']}"),
    ],
    "/webhookDeliveries/{id}/redeliver": lambda w: [Ask("POST", f"/webhookDeliveries/{w.delivery}/redeliver")],
    "/webhooks/{id}/test": lambda w: [Ask("POST", f"/webhooks/{w.live['webhook']}/test")],
    "/webhooks/{id}/replay": lambda w: [Ask("POST", f"/webhooks/{w.live['webhook']}/replay", {"since": LONG_AGO})],
    "": lambda w: [Ask("GET", "")],
}
"""The requests at each path of REST that is not of an operation of all objects."""
