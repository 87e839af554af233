"""What streams over server-sent events and WebSockets have in common: their answers, their bounds, and their end."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from app.auth.authenticator import Authenticator, Held
from app.auth.watch import OnEnd, TokenWatch
from app.database.underway import underway
from app.events.happenings import Happenings
from app.events.live import Question
from app.http.pace import Pace
from app.http.rate_limits import Metered, RateLimits
from app.http.replies import graphql_body, refused
from app.http.served_api import ApiOf
from schema.context import Answer, Caller, Context, GraphQLRequest, Streamed
from schema.errors import ApiError, TooManyRequests
from schema.execution.streams import LiveQuery
from schema.execution.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class Streaming:
    """The streams of one process: `most_connections`, each with up to `most_operations` at once."""

    api_of: ApiOf
    authenticator: Authenticator
    context: Callable[[Caller], Context]
    answered: Callable[[Any], Awaitable[None]]  # with the context of a query or mutation
    happenings: Happenings
    watch: TokenWatch
    pace: Pace
    most_connections: int
    most_operations: int
    connections: set[object]
    limits: RateLimits | None = None

    async def caller(self, authorization: str | None) -> tuple[Caller, Held]:
        """Raises Unauthenticated."""
        return await self.authenticator.held(authorization)

    def refuse_too_many(self) -> None:
        """Raises TooManyRequests."""
        if len(self.connections) >= self.most_connections:
            raise TooManyRequests(
                f"There are {self.most_connections} streams on this server, which is MAX_STREAM_CONNECTIONS"
            )

    @contextmanager
    def connected(self, connection: object, held: Held, on_end: OnEnd) -> Iterator[None]:
        """Counts the connection while in it; `on_end` is called once its token counts no longer."""
        self.connections.add(connection)
        try:
            with self.watch.watching(held, on_end):
                yield
        finally:
            self.connections.discard(connection)

    def has_several_answers(self, request: GraphQLRequest, caller: Caller) -> bool:
        return self.api_of(caller).api.streams.has_several(request, self.context(caller))

    def answers(self, request: GraphQLRequest, caller: Caller) -> AsyncGenerator[Streamed, None]:
        """All answers of an operation, of whatever kind it is. Raises nothing."""
        client = underway.get()
        if self.limits and isinstance(client, Metered):
            return self._limited(self.limits, client, request, caller)
        return self._answers(request, caller)

    async def _limited(
        self, limits: RateLimits, client: Metered, request: GraphQLRequest, caller: Caller
    ) -> AsyncGenerator[Streamed, None]:
        """The answers of an operation for which its client pays."""
        try:
            limits.admit_again(client)
        except TooManyRequests as error:
            yield refusal(error)
            return
        try:
            async with aclosing(self._answers(request, caller)) as answers:
                async for streamed in answers:
                    yield streamed
        finally:
            limits.settle(client)

    async def _answers(self, request: GraphQLRequest, caller: Caller) -> AsyncGenerator[Streamed, None]:
        api, context = self.api_of(caller).api, self.context(caller)
        opened = api.streams.opened(request, context)
        match opened:
            case Subscription():
                async with aclosing(opened.answers(context)) as told:
                    async for one in told:
                        yield one
            case LiveQuery():

                async def ask() -> bytes:
                    return graphql_body(await api.execute(request, context))

                key = (request.document, request.operation_name, _text(request.variables))
                who = (caller.workspace_id, context.policy)
                question = Question((*key, *who), caller.workspace_id, opened.watched, ask)
                try:
                    async with aclosing(self.happenings.live_queries.answers(question)) as texts:
                        async for text in texts:
                            yield Streamed(text)
                except ApiError as error:
                    yield refusal(error)
            case _:
                answer = opened if isinstance(opened, Answer) else await api.execute(request, context)
                await self.answered(context)
                yield Streamed(graphql_body(answer), is_refusal=not answer.executed)


def refusal(error: ApiError) -> Streamed:
    return Streamed(graphql_body(refused(error)), is_refusal=True)


def _text(variables: dict[str, Any]) -> bytes:
    """The same for variables that are the same."""
    try:
        return orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # a lone surrogate, or a number that is too large
        return repr(sorted(variables.items())).encode("utf-8", "surrogatepass")


async def cancelled(*tasks: "asyncio.Task[None]") -> None:
    """Cancels tasks and waits for their end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def new_request_id() -> str:
    return os.urandom(8).hex()
