"""What is made by chance: the same from the same seed, answered as promised, and what is no such answer is seen."""

import asyncio
import random
from itertools import islice

import httpx
import pytest

from schema.api import Api
from tests.conftest import NewWorkspace, Server
from tests.fuzz.generated import Outcome, requests, run
from tests.fuzz.requests import Asked

REQUESTS = 300
GRAPHQL, REST = (Asked("POST", path, b"", {}) for path in ("/graphql", "/rest/people"))
OURS = {"X-Request-Id": "1"}


def test_a_seed_makes_the_same_requests(api: Api) -> None:
    first, second, other = (list(islice(requests(api, random.Random(seed)), 200)) for seed in (1, 1, 2))
    assert first == second != other
    assert {asked.path.partition("?")[0].split("/")[1] for asked in first} == {"graphql", "metadata", "rest"}


def test_a_few_are_answered_as_promised(api: Api, server: Server, new_workspace: NewWorkspace) -> None:
    async def token() -> str:
        return (await new_workspace()).token

    outcome = run(server.url, api, 1, lambda: asyncio.run(token()), REQUESTS)
    assert outcome.broken == []
    assert {"200 ok", "200 BAD_USER_INPUT", "404 NotFoundException"} <= outcome.answers.keys()


def rest_error(status: int, name: str, message: str) -> object:
    return {"statusCode": status, "error": name, "messages": [message]}


def graphql_error(code: str, message: str) -> object:
    return {"data": None, "errors": [{"message": message, "extensions": {"code": code}}]}


@pytest.mark.parametrize(
    ("asked", "status", "body", "fault"),
    [
        (GRAPHQL, 200, graphql_error("INTERNAL_SERVER_ERROR", "x"), "INTERNAL_SERVER_ERROR"),
        (GRAPHQL, 200, graphql_error("BAD_USER_INPUT", 'relation "person" does not exist'), "it says relation"),
        (GRAPHQL, 200, graphql_error("ODD", "x"), "the unknown code ODD"),
        (GRAPHQL, 200, [], "no envelope of GraphQL"),
        (GRAPHQL, 200, {"statusCode": 400}, "no envelope of GraphQL"),
        (REST, 500, rest_error(500, "InternalServerErrorException", "x"), "InternalServerErrorException"),
        (REST, 400, rest_error(400, "BadRequestException", "syntax error at end"), "it says syntax error at"),
        (REST, 400, rest_error(400, "NotFoundException", "x"), "the unknown error NotFoundException"),
        (REST, 404, {"detail": "Not Found"}, "no envelope of REST"),
    ],
)
def test_a_broken_promise_is_seen(asked: Asked, status: int, body: object, fault: str) -> None:
    outcome = Outcome()
    outcome.note(asked, httpx.Response(status, headers=OURS, json=body))
    (broken,) = outcome.broken
    assert broken.startswith(fault)


def test_plain_text_and_a_missing_id_are_seen() -> None:
    outcome = Outcome()
    outcome.note(REST, httpx.Response(500, text="Internal Server Error"))
    outcome.note(GRAPHQL, httpx.Response(200, json={"data": {}}))
    assert [broken.split(":")[0] for broken in outcome.broken] == ["no request id, no JSON", "no request id"]


def test_a_kept_promise_is_none_that_is_broken() -> None:
    outcome = Outcome()
    for asked, body in ((GRAPHQL, graphql_error("NOT_FOUND", "x")), (REST, {"data": {}})):
        outcome.note(asked, httpx.Response(200, headers=OURS, json=body))
    assert outcome.broken == [] and sum(outcome.answers.values()) == 2
