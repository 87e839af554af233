"""The root fields that are no operation of an object, the same in both schemas: tokens of API keys, and the workspace.

They go through the plans and statements of every other operation; what only the process knows, such as the secret that
tokens are signed with, it is asked for.
"""

# ruff: noqa: N815 - fields have their API names

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry

from schema.catalog.model import Catalog, ObjectType
from schema.catalog.operators import OPERATORS
from schema.errors import NotFound
from schema.execution.resolvers import Info
from schema.execution.root_plans import Run, Step, in_transaction
from schema.plan.nodes import And, FindEach, FindOne, IsNull, Liveness, RecordSelection, Target, Value
from schema.plan.writes import Writer, answered
from schema.types import scalars
from schema.values.dates import date_time
from schema.values.ids import uuid
from schema.values.scopes import Right

API_KEY = "apiKey"
"""The object that tokens of API keys rest on."""


async def _workspace_name(info: Info) -> str | None:
    return await info.context.context.workspace_name()


@strawberry.type(description="The workspace that the token names.")
class Workspace:
    id: scalars.UUID
    displayName: str | None = strawberry.field(resolver=_workspace_name)


@strawberry.type(description="Shown once: it is not stored.")
class ApiKeyToken:
    token: str


@strawberry.type(description="A key whose tokens are refused from now on.")
class RevokedApiKey:
    id: scalars.UUID
    revokedAt: scalars.DateTime


@strawberry.input
class RevokeApiKeyInput:
    id: strawberry.ID


def core_queries() -> dict[str, Any]:
    """Strawberry fields by name."""
    return {"currentWorkspace": strawberry.field(_current_workspace, name="currentWorkspace")}


def core_mutations(catalog: Catalog) -> dict[str, Any]:
    """Strawberry fields by name."""
    keys = ApiKeys(catalog)

    async def generate_token(
        info: Info,
        api_key_id: Annotated[str, strawberry.argument(name="apiKeyId")],
        expires_at: Annotated[str, strawberry.argument(name="expiresAt")],
    ) -> ApiKeyToken:
        token = await keys.token(info.context.run, uuid(api_key_id, "apiKeyId"), date_time(expires_at, "expiresAt"))
        return ApiKeyToken(token=token)

    async def revoke(
        info: Info, given: Annotated[RevokeApiKeyInput, strawberry.argument(name="input")]
    ) -> RevokedApiKey:
        own_id = uuid(str(given.id), "id")
        return RevokedApiKey(id=scalars.UUID(str(own_id)), revokedAt=await keys.revoke(info.context.run, own_id))

    return {
        "generateApiKeyToken": strawberry.field(generate_token, name="generateApiKeyToken"),
        "revokeApiKey": strawberry.field(revoke, name="revokeApiKey"),
    }


async def _current_workspace(info: Info) -> Workspace:
    return Workspace(id=scalars.UUID(str(info.context.context.caller.workspace_id)))


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """The keys of the caller's workspace. One of another workspace, or a deleted one, is not there."""

    catalog: Catalog

    async def token(self, run: Run, key_id: UUID, expires_at: datetime) -> str:
        """A token for a key, good until the earlier of `expires_at` and the key's own end, for who may make keys.

        Raises BadUserInput, Forbidden and NotFound.
        """
        run.context.policy.grants.refuse([(self._object_type, Right.CREATE)])
        return await run.context.mint_api_key_token(key_id, expires_at)

    async def revoke(self, run: Run, key_id: UUID) -> scalars.DateTime:
        """When the key was revoked: now, or before. Raises NotFound."""

        async def work(step: Step) -> scalars.DateTime:
            revoked = self._object_type.columns["revokedAt"]
            rows = self._target(run, key_id).rows
            live = replace(rows, where=And((rows.where, IsNull(revoked, OPERATORS[revoked.kind]["is"], null=True))))
            change = self._writer(run).update(Target(live, 1), {revoked.name: datetime.now(UTC)}, key_id)
            await step.written(answered(change, self._selected))
            return scalars.DateTime((await self._row(step, key_id))[revoked.name])

        return await in_transaction(run, work)

    async def _row(self, step: Step, key_id: UUID) -> Mapping[str, Any]:
        plan = FindEach((FindOne(self._target(step.run, key_id).rows, self._selected),))
        ((text,),) = await step.rows(plan)
        if text is None:
            raise NotFound(_missing(key_id))
        row: Mapping[str, Any] = orjson.loads(text)
        return row

    @property
    def _object_type(self) -> ObjectType:
        return self.catalog.objects[API_KEY]

    @property
    def _selected(self) -> RecordSelection:
        columns = self._object_type.columns
        return RecordSelection(
            self._object_type, tuple(Value(name, columns[name]) for name in ("expiresAt", "revokedAt"))
        )

    def _writer(self, run: Run) -> Writer:
        return Writer(self.catalog, run.context.caller, run.context.policy)

    def _target(self, run: Run, key_id: UUID) -> Target:
        return self._writer(run).one(self._object_type, key_id, Liveness.LIVE)


def _missing(key_id: UUID) -> str:
    return f"There is no API key {key_id}"
