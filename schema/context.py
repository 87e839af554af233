"""What the API needs from the process that serves it. `app` implements `Context`; nothing in here does any I/O."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol, TypeVar
from uuid import UUID

from schema.catalog.model import ObjectType
from schema.errors import ApiError, Forbidden
from schema.values.scopes import ANY, Right, covering, scope

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement and its parameters, `$1` first, which is always the workspace.

    `writes` are the objects of which it creates, changes or removes records.
    """

    text: str
    values: tuple[Any, ...]
    writes: tuple[ObjectType, ...] = ()


Row = Sequence[Any]
Fetch = Callable[[Statement], Awaitable[Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class Grants:
    """What a caller may do: what its scopes say, and everything where it has none."""

    scopes: frozenset[str] | None = None

    def allow(self, object_type: ObjectType, right: Right) -> bool:
        return self.scopes is None or not self.scopes.isdisjoint(covering(object_type.plural, right))

    def allow_some(self, object_type: ObjectType) -> bool:
        """Whether anything is allowed of an object."""
        return any(self.allow(object_type, right) for right in Right)

    def refuse(self, needed: Iterable[tuple[ObjectType, Right]]) -> None:
        """Raises Forbidden, which names all that is missing, unless everything that is needed is allowed."""
        missing = sorted({scope(one.plural, right) for one, right in needed if not self.allow(one, right)})
        if missing:
            raise Forbidden(f"This API key lacks the scope{'s' * (len(missing) > 1)} {', '.join(missing)}")

    def cover(self, others: "Grants") -> bool:
        """Whether all is allowed here that others allow. A scope counts as covered by one that says it at once."""
        if self.scopes is None:
            return True
        return others.scopes is not None and all(
            not self.scopes.isdisjoint(covering(*one.split(":", 1))) for one in others.scopes
        )

    def told(self, objects: Iterable[ObjectType]) -> tuple[str, ...] | None:
        """The names of the objects that may be read, and `*` where any may. Nothing where all is allowed."""
        if self.scopes is None:
            return None
        names = tuple(one.name for one in objects if self.allow(one, Right.READ))
        return names if self.scopes.isdisjoint(covering(ANY, Right.READ)) else (ANY, *names)

    @classmethod
    def of(cls, scopes: Iterable[str] | None) -> "Grants":
        return EVERYTHING if scopes is None else cls(frozenset(scopes))


EVERYTHING = Grants()


Seal = Callable[[UUID, str], str]
"""A secret of a workspace → what is stored of it, the same for the same one."""


def unsealed(workspace_id: UUID, secret: str) -> str:
    """Of who writes no secrets."""
    return secret


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, taken from the token: the workspace, and what `createdBy` says of what the caller creates.

    It speaks for a member or by a key, until `ends_at`. With an `owner_id` it may manage just that member, and keys
    that he made. Of events it may have others `told` just those of the objects with these names, where there are some.
    Secrets that it writes are stored as `seal` makes them.
    """

    workspace_id: UUID
    source: str
    name: str
    workspace_member_id: UUID | None = None
    api_key_id: UUID | None = None
    owner_id: UUID | None = None
    ends_at: datetime | None = None
    grants: Grants = EVERYTHING
    told: tuple[str, ...] | None = None
    seal: Seal = field(default=unsealed, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one operation may ask for: in records, and then by what its document is, before any statement runs.

    `max_rows` are by the sizes of pages that a client wrote, `max_rest_rows` by those that REST's `depth` implies.
    """

    max_page_size: int = 1000
    max_batch_size: int = 1000
    max_affected_records: int = 10_000
    max_tokens: int = 5000
    max_depth: int = 50
    max_aliases: int = 200
    max_queries: int = 60
    max_mutations: int = 10
    max_selections: int = 10_000
    max_rows: int = 500_000
    max_rest_rows: int = 25_000_000


@dataclass(frozen=True)
class Policy:
    """What a caller may ask for, and whether events are recorded of what is written.

    It is part of the key of whatever is remembered of plans, so that none leaks.
    """

    limits: Limits = Limits()
    grants: Grants = EVERYTHING
    records_events: bool = True

    @cached_property
    def _hash(self) -> int:
        return hash((self.limits, self.grants, self.records_events))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Printing:
    """How to print: connections as objects or as plain arrays of nodes, and which to-one relations are null unread.

    A path holds the response keys of the fields from the root field's record down to the to-one relation.

    Plain lists are REST's, whose documents no client wrote: a page of these that costs too much is shortened, and
    nothing is refused.
    """

    plain_lists: bool = False
    null_paths: frozenset[tuple[str, ...]] = frozenset()


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One GraphQL operation as it came in.

    `variables` hold plain JSON values. `read_only` refuses mutations (GET requests). With `tells_cost` the answer says
    what the operation costs. `last_event` is the number of the last event that the client has seen of a subscription,
    where its transport says so, as it came.
    """

    document: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    read_only: bool = False
    printing: Printing = Printing()
    tells_cost: bool = False
    last_event: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one operation. Values of `data` are JSON fragments (`orjson.Fragment`) or plain JSON values.

    `errors` are GraphQL errors, ready to print. `data` is absent when the operation was not executed at all.
    `cost` is there where it was asked for.
    """

    data: dict[str, Any] | None
    errors: tuple[dict[str, Any], ...] = ()
    executed: bool = True
    cost: Mapping[str, int] | None = None


Execute = Callable[[GraphQLRequest], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many events a replay hands to a webhook once more, and from when on it left the rest, if it left some."""

    count: int
    next_since: datetime | None


class Deliveries(Protocol):
    """What may be asked of the webhooks of the caller's workspace.

    A webhook of another workspace is not there. All raise NotFound, and BadUserInput for one that cannot be sent to.
    """

    async def redeliver(self, delivery_id: UUID) -> UUID:
        """Sends the event again, at once, and answers the id of the delivery that does."""
        ...

    async def replay(self, webhook_id: UUID, since: datetime) -> Replayed:
        """Sends the events of the log since then that the webhook wants."""
        ...

    async def test(self, webhook_id: UUID) -> UUID:
        """Sends an example of what the webhook wants, and answers the id of its delivery."""
        ...


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """A record that was created, updated, deleted, restored or destroyed, as the log of its workspace has it.

    `record` is the JSON text of the record after the event, of a destroyed one before it, and `before` that of an
    updated one: all its fields without its relations, as the API answers them. `updated_fields` are the fields, by
    their names in the API, whose values differ; only an update has them.
    """

    number: int
    id: UUID
    object_name: str
    action: str
    record_id: UUID
    record: str
    before: str | None
    updated_fields: tuple[str, ...] | None
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted: those that have all that is given here, and are of one of `objects`, if given."""

    object_name: str | None = None
    action: str | None = None
    record_id: UUID | None = None
    objects: frozenset[str] | None = None

    def wants(self, event: RecordEvent) -> bool:
        return (
            (self.object_name is None or self.object_name == event.object_name)
            and (self.action is None or self.action == event.action)
            and (self.record_id is None or self.record_id == event.record_id)
            and (self.objects is None or event.object_name in self.objects)
        )


@dataclass(frozen=True, slots=True)
class Streamed:
    """One of the answers of an operation that has several: the JSON text of a response.

    `number` is that of the event that it tells. One that `is_refusal` is the only one: nothing was executed.
    """

    text: bytes
    number: int | None = None
    is_refusal: bool = False


class Once(Protocol):
    """A request that may come again: each of its root fields that write is done once, and answered the same each time.

    All raise Conflict while another request does the same, IdempotencyKeyReused where the key is another request's,
    Forbidden where the caller had more scopes when it was done, and what the field was refused with before.
    """

    async def answer(self, field: str, work: Callable[[Fetch], Awaitable[str | None]]) -> str | None:
        """What the field was answered before, or what `work` answers now: kept in the transaction that it runs in."""
        ...

    async def keep_refusal(self, field: str, fault: ApiError) -> None:
        """Keeps what the field was refused with, after the rollback, if that is how it stays."""
        ...


AT_ONCE = 3
"""Statements of one operation that run side by side at most, so that it does not take all connections by itself."""


class Context(Protocol):
    """The process, as one operation sees it."""

    @property
    def caller(self) -> Caller: ...

    @property
    def policy(self) -> Policy: ...

    @property
    def once(self) -> Once | None:
        """There where the client says that the request may come again."""
        ...

    def origin(self) -> str:
        """What an event says of who changed a record and in which request, as JSON."""
        ...

    @property
    def deliveries(self) -> Deliveries: ...

    async def fetch(self, statement: Statement) -> Sequence[Row]:
        """Run one statement in a transaction of its own, and again when it lost against a concurrent write.

        Raises the errors of `schema.errors`, never the driver's.
        """
        ...

    async def read(self, statement: Statement) -> Sequence[Row]:
        """As `fetch`, for a statement that changes nothing: it may see the records as they were a moment ago.

        It does so only where the caller allows it, and never misses what he has written.
        """
        ...

    async def transact(self, work: Callable[[Fetch], Awaitable[T]]) -> T:
        """Run `work` in one transaction, and again from the start when it lost against a concurrent write.

        `work` raises `LostRace` where it finds out itself that it lost.
        """
        ...

    def in_turns(self) -> "Context":
        """The same for an operation of several root fields, whose statements run `AT_ONCE` at most at a time."""
        ...

    def wrote(self, object_types: Iterable[ObjectType]) -> None:
        """Told after each committed write of all objects whose records it changed, along with others or by themselves.

        So that what is remembered of credentials can be forgotten.
        """
        ...

    async def mint_api_key_token(self, key_id: UUID, expires_at: datetime) -> str:
        """A signed token for an API key of the caller's workspace, which may do no more than the caller.

        Raises BadUserInput, Forbidden and NotFound.
        """
        ...

    async def workspace_name(self) -> str | None:
        """What the caller's workspace is called."""
        ...

    def events(self, wanted: EventFilter, after: int | None) -> AsyncGenerator[RecordEvent, None]:
        """The wanted events of the caller's workspace in their order, each once, without an end.

        Those from now on, or those after the number `after`. Raises BadUserInput and Gone.
        """
        ...
