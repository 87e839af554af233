"""Requests of REST by chance, from the table of its operations, that fit, and that do not."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from rest_shim import deliveries, feed, metadata
from rest_shim.operations import OPERATIONS, Body
from schema.catalog.model import Catalog, ObjectType
from schema.catalog.operators import OPERATORS
from tests.fuzz import words
from tests.records import full

OTHER_PATHS = (*metadata.HANDLERS, *deliveries.OPERATIONS, feed.PATH, "/open-api/core", "")
ASKED_FOR = ("filter", "group_by")
"""Parameters that some operations are refused without."""
COMPARATORS = sorted({name for operators in OPERATORS.values() for name in operators})
HEADERS: tuple[dict[str, str], ...] = (
    {"Prefer": "count=none"},
    {"Prefer": "handling=strict"},
    {"If-Match": '"x"'},
    {"If-None-Match": "*"},
    {"Idempotency-Key": "k"},
    {"Accept": "text/html"},
)


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    content: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Requests:
    catalog: Catalog
    chance: Random

    def request(self) -> Asked:
        chance = self.chance
        object_type = chance.choice(list(self.catalog.objects.values()))
        operation = chance.choice(OPERATIONS)
        method, path = chance.choice(operation.methods), chance.choice(operation.paths)
        known: tuple[str, ...] = operation.parameters
        if chance.random() < 0.08:
            path, known = chance.choice(OTHER_PATHS), (*feed.PARAMETERS, *deliveries.PARAMETERS)
        if chance.random() < 0.05:
            method = chance.choice(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"))
        own = words.record_id(chance) if chance.random() < 0.8 else quote(words.text(chance)[:200], safe="")
        place = path.replace("{plural}", object_type.plural).replace("{id}", own).replace("{collection}", "fields")
        content = b"" if operation.body is Body.NONE else self._content(operation.body, object_type)
        headers = {"Content-Type": "application/json" if chance.random() < 0.98 else "text/plain"} if content else {}
        headers |= chance.choice(HEADERS) if chance.random() < 0.2 else {}
        return Asked(method, f"/rest{place}{self._query(known, object_type)}", content, headers)

    def _query(self, known: tuple[str, ...], object_type: ObjectType) -> str:
        chance = self.chance
        names = [name for name in known if chance.random() < (0.9 if name in ASKED_FOR else 0.2)]
        if chance.random() < 0.05:
            names.append(quote(words.text(chance)[:50], safe=""))
        if not names:
            return ""
        parts = [f"{name}={quote(self._parameter(name, object_type)[:4000], safe='')}" for name in names]
        query = "&".join(parts)
        return f"?{query}"

    def _parameter(self, name: str, object_type: ObjectType) -> str:
        chance = self.chance
        if chance.random() < 0.08:
            return words.text(chance)
        match name:
            case "filter":
                return self._filter(object_type)
            case "depth":
                return chance.choice(("0", "1", "1", "2", "2", "3"))
            case "limit" | "offset":
                return chance.choice(("0", "1", "2", "60", "1001", "-1"))
            case "order_by":
                return f"{self._path(object_type)}[{chance.choice(('AscNullsFirst', 'DescNullsLast', 'Asc'))}]"
            case "fields":
                return ",".join(self._path(object_type) for _ in range(chance.randrange(1, 4)))
            case "group_by":
                return json.dumps([{self._path(object_type): True}, {"createdAt": {"granularity": "DAY"}}])
            case "upsert" | "soft_delete" | "omit_null_values" | "include_records_sample":
                return chance.choice(("true", "false"))
            case "view_id" | "starting_after" | "ending_before":
                return words.record_id(chance)
            case _:
                return words.text(chance)

    def _filter(self, object_type: ObjectType) -> str:
        chance = self.chance
        tests = [
            f"{self._path(object_type)}[{chance.choice(COMPARATORS)}]:{self._operand()}"
            for _ in range(chance.randrange(1, 4))
        ]
        text = f"{chance.choice(('and', 'or', 'not'))}({','.join(tests)})" if chance.random() < 0.4 else tests[0]
        return words.damaged(chance, text) if chance.random() < 0.2 else text

    def _operand(self) -> str:
        chance = self.chance
        text = words.text(chance)
        return chance.choice(
            (text, json.dumps(text), f"[{text},{words.record_id(chance)}]", words.record_id(chance), "1")
        )

    def _path(self, object_type: ObjectType) -> str:
        chance = self.chance
        if object_type.relations and chance.random() < 0.3:
            relation = chance.choice(list(object_type.relations.values()))
            return f"{relation.name}.{self._path(relation.target_type)}"
        field = chance.choice(list(object_type.fields.values()))
        return f"{field.name}.{chance.choice(field.composite.parts).name}" if field.composite else field.name

    def _content(self, body: Body, object_type: ObjectType) -> bytes:
        chance = self.chance
        value: Any
        match body:
            case Body.RECORDS:
                value = [self._record(object_type) for _ in range(chance.randrange(4))]
            case Body.DUPLICATES:
                value = chance.choice(({"ids": [words.record_id(chance)]}, {"data": [self._record(object_type)]}))
            case Body.MERGE:
                value = {"ids": [words.record_id(chance), words.record_id(chance)], "dryRun": chance.random() < 0.5}
            case _:
                value = self._record(object_type)
        if chance.random() < 0.05:
            value = words.anything(chance)
        text = json.dumps(value)
        return (words.damaged(chance, text) if chance.random() < 0.05 else text).encode("utf-8", "surrogatepass")

    def _record(self, object_type: ObjectType) -> Any:
        chance = self.chance
        whole = {"id": words.record_id(chance), **full(object_type, chance.randrange(5))}
        whole |= {relation.foreign_key: words.record_id(chance) for relation in object_type.to_one}
        chosen = {name: value for name, value in whole.items() if chance.random() < 0.4}
        return {name: words.anything(chance) if chance.random() < 0.06 else value for name, value in chosen.items()}
