"""Whatever is written, the outbox tells just what differs in the tables afterwards, and each record once."""

import json
import random
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from schema.catalog.model import Catalog, ObjectType
from schema.declare.names import capital
from tests.conftest import GraphQL, Workspace
from tests.records import MASK, NOWHERE, OBJECTS, Json, field_value, full, required

Rows = dict[tuple[str, str], Json]
NOT_IN_IMAGES = ("searchVector", "moment", "nonce")
OTHERS = tuple(name for name in OBJECTS if name != "apiKey")
"""The key of who writes is not to be revoked."""
STEPS = 60


class Tables:
    """All records of a workspace, and what the outbox tells of them."""

    def __init__(
        self, connection: "asyncpg.Connection[asyncpg.Record]", workspace: Workspace, catalog: Catalog
    ) -> None:
        self._connection, self._workspace = connection, workspace
        self._all = " UNION ALL ".join(
            f"SELECT '{name}' AS object, id::text, row_to_json(t)::text AS row FROM \"{object_type.table}\" t"
            " WHERE workspace_id = $1"
            for name, object_type in catalog.objects.items()
        )

    async def rows(self) -> Rows:
        found = await self._connection.fetch(self._all, self._workspace.id)
        return {(row["object"], row["id"]): _image(row["row"]) for row in found}

    async def told(self) -> list[tuple[str, str, str, Json | None, Json | None, list[str] | None]]:
        rows = await self._connection.fetch(
            "WITH taken AS (DELETE FROM event_outbox WHERE workspace_id = $1 RETURNING *)"
            " SELECT object, record_id::text AS id, action, before::text, after::text, secrets_changed"
            " FROM taken ORDER BY place",
            self._workspace.id,
        )
        return [
            (
                *(row["object"], row["id"], row["action"]),
                *(row[name] and _image(row[name]) for name in ("before", "after")),
                row["secrets_changed"],
            )
            for row in rows
        ]


def _image(text: str) -> Json:
    row: Json = json.loads(text)
    return {key: value for key, value in row.items() if "_" not in key and key not in NOT_IN_IMAGES}


def masked(object_type: ObjectType, row: Json | None) -> Json | None:
    if row is None:
        return None
    secrets = [column.name for column in object_type.columns.values() if column.secret]
    return {**row, **{name: MASK if row[name] else row[name] for name in secrets}}


def action(before: Json | None, after: Json | None) -> str:
    if before is None or after is None:
        return "created" if after else "destroyed"
    was, now = before["deletedAt"] is None, after["deletedAt"] is None
    return "updated" if was == now else "deleted" if was else "restored"


class Writer:
    """Writes of all kinds at random, some of which are refused."""

    def __init__(self, graphql: GraphQL, catalog: Catalog, dice: random.Random) -> None:
        self._graphql, self._catalog, self._dice = graphql, catalog, dice
        self._rows: Rows = {}

    async def write(self, rows: Rows) -> str:
        """Does something; says what."""
        self._rows = rows
        object_type = self._catalog.objects[self._dice.choice(OTHERS)]
        kinds: list[Callable[[ObjectType], Awaitable[tuple[str, Json]]]] = [
            *(self._create, self._create_many, self._update, self._update, self._update_many),
            *(self._remove, self._remove_many, self._merge),
        ]
        query, variables = await self._dice.choice(kinds)(object_type)
        answer = await self._graphql(query, **variables)
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes <= {"BAD_USER_INPUT", "NOT_FOUND", "CONFLICT", "GRAPHQL_VALIDATION_FAILED"}, (query, variables)
        return f"{query} {json.dumps(variables)} {answer}"

    def _ids(self, name: str) -> list[str]:
        return [own_id for of, own_id in self._rows if of == name]

    def _values(self, object_type: ObjectType) -> Json:
        data = full(object_type, self._dice.randrange(3))
        return {name: data[name] for name in data if self._dice.random() < 0.3}

    async def _data(self, object_type: ObjectType, depth: int, *, update: bool = False) -> Json:
        data = self._values(object_type)
        if not update:
            for field in object_type.fields.values():
                if field.required_on_create and not field.is_foreign_key:
                    data.setdefault(field.name, field_value(field, 0))
        for relation in object_type.to_one:
            ids, chance = self._ids(relation.target), self._dice.random()
            if chance < 0.2 and ids:
                data[relation.foreign_key] = self._dice.choice(ids)
            elif chance < 0.4 and ids:
                data[relation.name] = {"connect": {"where": {"id": self._dice.choice(ids)}}}
            elif chance < 0.5 and update and relation.nullable:
                data[relation.name] = {"disconnect": True}
            elif depth and (chance < 0.6 or not (relation.nullable or update)):
                data[relation.name] = {"create": await self._data(relation.target_type, depth - 1)}
            elif not (relation.nullable or update) and ids:
                data[relation.foreign_key] = self._dice.choice(ids)
        for many in object_type.to_many:
            source = many.target_type
            ids, chance = self._ids(source.name), self._dice.random()
            if chance < 0.1 and ids:
                chosen = self._dice.sample(ids, min(len(ids), 2))
                data[many.name] = {"connect": [{"where": {"id": own_id}} for own_id in chosen]}
            elif chance < 0.2 and depth:
                made = await self._data(source, depth - 1)
                made.pop(many.inverse, None)
                made.pop(many.foreign_key, None)
                data[many.name] = {"create": [made]}
        return data

    async def _create(self, object_type: ObjectType) -> tuple[str, Json]:
        name, upsert = object_type.type_name, self._dice.random() < 0.3
        query = f"mutation ($d: {name}CreateInput, $u: Boolean) {{ create{name}(data: $d, upsert: $u) {{ id }} }}"
        data = await self._data(object_type, 0 if upsert else 2)
        return query, {"d": data, "u": upsert}

    async def _create_many(self, object_type: ObjectType) -> tuple[str, Json]:
        name, plural, upsert = object_type.type_name, capital(object_type.plural), self._dice.random() < 0.7
        query = f"mutation ($d: [{name}CreateInput!], $u: Boolean) {{ create{plural}(data: $d, upsert: $u) {{ id }} }}"
        data = [{**(await self._data(object_type, 0))} for _ in range(self._dice.randrange(3))]
        if upsert and (ids := self._ids(object_type.name)):
            for one, own_id in zip(data, self._dice.sample(ids, min(2, len(ids))), strict=False):
                one["id"] = own_id
        return query, {"d": data, "u": upsert}

    async def _update(self, object_type: ObjectType) -> tuple[str, Json]:
        name = object_type.type_name
        query = f"mutation ($id: ID, $d: {name}UpdateInput) {{ update{name}(id: $id, data: $d) {{ id }} }}"
        if not (ids := self._ids(object_type.name)):
            return await self._create(object_type)
        return query, {"id": self._dice.choice(ids), "d": await self._data(object_type, 1, update=True)}

    def _filter(self, object_type: ObjectType) -> Json:
        ids = self._ids(object_type.name)
        some = self._dice.sample(ids, min(len(ids), 4)) or [NOWHERE]
        wanted: list[Json] = [
            {"id": {"in": some}},
            {"and": [{"or": [{"deletedAt": {"is": "NULL"}}, {"deletedAt": {"is": "NOT_NULL"}}]}, {"id": {"in": some}}]},
            {"createdAt": {"gte": "2000-01-01T00:00:00Z"}},
            *({relation.name: {"id": {"is": "NOT_NULL"}}} for relation in object_type.to_one),
            *({many.name: {"some": {"id": {"is": "NOT_NULL"}}}} for many in object_type.to_many),
        ]
        return self._dice.choice(wanted)

    async def _update_many(self, object_type: ObjectType) -> tuple[str, Json]:
        name, plural = object_type.type_name, capital(object_type.plural)
        query = (
            f"mutation ($f: {name}FilterInput, $d: {name}UpdateInput)"
            f" {{ update{plural}(filter: $f, data: $d) {{ id }} }}"
        )
        data = self._values(object_type)
        for relation in object_type.to_one:
            if self._dice.random() < 0.2 and (ids := self._ids(relation.target)):
                data[relation.foreign_key] = self._dice.choice(ids)
        if self._dice.random() < 0.2:
            data["deletedAt"] = self._dice.choice([None, "2020-01-01T00:00:00Z"])
        return query, {"f": self._filter(object_type), "d": data}

    async def _remove(self, object_type: ObjectType) -> tuple[str, Json]:
        verb, name = self._dice.choice(["delete", "restore", "destroy"]), object_type.type_name
        ids = self._ids(object_type.name) or [NOWHERE]
        return f"mutation ($id: ID) {{ {verb}{name}(id: $id) {{ id }} }}", {"id": self._dice.choice(ids)}

    async def _remove_many(self, object_type: ObjectType) -> tuple[str, Json]:
        verb, plural = self._dice.choice(["delete", "restore", "destroy"]), capital(object_type.plural)
        query = f"mutation ($f: {object_type.type_name}FilterInput) {{ {verb}{plural}(filter: $f) {{ id }} }}"
        return query, {"f": self._filter(object_type)}

    async def _merge(self, object_type: ObjectType) -> tuple[str, Json]:
        ids = self._ids(object_type.name)
        if not object_type.traits.duplicates or len(ids) < 2:
            return await self._update(object_type)
        chosen = self._dice.sample(ids, min(len(ids), self._dice.randint(2, 9)))
        query = (
            f"mutation ($ids: [ID!]!, $n: Int!, $dry: Boolean) {{ merge{capital(object_type.plural)}"
            "(ids: $ids, conflictPriorityIndex: $n, dryRun: $dry) { id } }"
        )
        return query, {"ids": chosen, "n": self._dice.randrange(len(chosen)), "dry": self._dice.random() < 0.2}


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_told_is_what_differs(
    graphql: GraphQL,
    catalog: Catalog,
    connection: "asyncpg.Connection[asyncpg.Record]",
    workspace: Workspace,
    seed: int,
) -> None:
    tables = Tables(connection, workspace, catalog)
    writer = Writer(graphql, catalog, random.Random(seed))
    for object_type in catalog.objects.values():
        await required(graphql, catalog, object_type)
    await tables.told()
    rows = await tables.rows()
    for _ in range(STEPS):
        what = await writer.write(rows)
        now, told = await tables.rows(), await tables.told()
        differs = [key for key in rows.keys() | now.keys() if rows.get(key) != now.get(key)]
        assert sorted((name, own_id) for name, own_id, *_ in told) == sorted(differs), what
        for name, own_id, happened, before, after, secrets in told:
            object_type, was, is_now = catalog.objects[name], rows.get((name, own_id)), now.get((name, own_id))
            assert happened == action(was, is_now), what
            assert (before, after) == (masked(object_type, was), masked(object_type, is_now)), what
            if was and is_now:
                assert is_now["updatedAt"] > was["updatedAt"], what
                changed = [c.name for c in object_type.columns.values() if c.secret and was[c.name] != is_now[c.name]]
                assert (secrets or []) == changed, what
                assert any(was[key] != is_now[key] for key in was if key != "updatedAt"), what
        rows = now
