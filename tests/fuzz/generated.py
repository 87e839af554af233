"""Requests by chance against a server, one after another, and what must hold of every answer.

All comes from a seed, so a fault comes again by it, as long as nothing is changed.
"""

import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from schema.api import Api
from schema.errors import CODES
from schema.execution.execute import graphql_schema
from tests.fuzz.documents import Documents
from tests.fuzz.requests import Asked, Requests

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "20000"))
MOST_SHOWN = 20
SHOWN = 700
DATABASE_TEXT = re.compile(
    r"SQLSTATE|asyncpg|syntax error at|relation \"|column \"|constraint \"|operator does not exist|violates|"
    r"invalid input syntax|Traceback|pg_catalog|\bjsonb?_\w+\("
)
FAULTS = {"INTERNAL_SERVER_ERROR", "InternalServerErrorException", "SERVICE_UNAVAILABLE"}
REST_ERROR = {"statusCode", "error", "messages"}
GRAPHQL_KEYS = {"data", "errors", "extensions"}


@dataclass
class Outcome:
    """How often what was answered, and the requests whose answers broke a promise."""

    answers: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def note(self, asked: Asked, response: httpx.Response) -> None:
        codes, messages, faults = read(response, is_rest=asked.path.startswith("/rest"))
        for code in codes or ("ok",):
            self.answers[f"{response.status_code} {code}"] += 1
        faults += [f"it says {found[0]}" for message in messages if (found := DATABASE_TEXT.search(message))]
        faults += [code for code in codes if code in FAULTS]
        if faults:
            request = f"{asked.method} {asked.path} {asked.headers or ''} {asked.content.decode(errors='replace')}"
            self.broken.append(f"{', '.join(faults)}: {request[:SHOWN]} → {response.text[:SHOWN]}")

    def tell(self) -> None:
        for answer, count in sorted(self.answers.items()):
            print(f"{count:7,} {answer}")
        for fault in self.broken[:MOST_SHOWN]:
            print("BROKEN:", fault)
        print("Every promise was kept." if not self.broken else f"{len(self.broken)} answers broke a promise.")


def read(response: httpx.Response, *, is_rest: bool) -> tuple[list[str], list[str], list[str]]:
    """The codes and the messages of an answer, and how it is no envelope of ours."""
    faults = [] if response.headers.get("x-request-id") else ["no request id"]
    kind = response.headers.get("content-type", "")
    if not response.content or response.status_code == 304 or kind.startswith(("text/html", "text/event-stream")):
        return [], [], faults
    try:
        body = response.json()
    except ValueError:
        return [], [response.text], [*faults, "no JSON"]
    if is_rest:
        return _of_rest(response.status_code, body, faults)
    if not isinstance(body, dict) or not body.keys() <= GRAPHQL_KEYS or not body:
        return [], [], [*faults, "no envelope of GraphQL"]
    errors = body.get("errors", [])
    codes = [error.get("extensions", {}).get("code", "none") for error in errors]
    faults += [f"the unknown code {code}" for code in codes if code not in CODES]
    return codes, [error["message"] for error in errors], faults


def _of_rest(status: int, body: Any, faults: list[str]) -> tuple[list[str], list[str], list[str]]:
    if status < 400:
        return [], [], faults if isinstance(body, dict | list) else [*faults, "neither an object nor groups"]
    if not isinstance(body, dict) or body.keys() != REST_ERROR or body["statusCode"] != status:
        return [], [str(body)], [*faults, "no envelope of REST"]
    if not [code for code in CODES.values() if (code.status, code.rest_name) == (status, body["error"])]:
        faults = [*faults, f"the unknown error {body['error']}"]
    return [body["error"]], body["messages"], faults


def requests(api: Api, chance: random.Random) -> Iterator[Asked]:
    """Without end: of GraphQL as often as of REST, and a few of `/metadata`."""
    documents = Documents(graphql_schema(api.schema), chance)
    metadata = Documents(graphql_schema(api.execute_metadata.schema), chance)
    rest = Requests(api.catalog, chance)
    while True:
        place = chance.random()
        if place < 0.5:
            yield rest.request()
            continue
        path, made = ("/graphql", documents) if place < 0.95 else ("/metadata", metadata)
        content = json.dumps(made.request()).encode("utf-8", "surrogatepass")
        yield Asked("POST", path, content, {"Content-Type": "application/json"})


def run(url: str, api: Api, seed: int, new_token: Callable[[], str], number: int = REQUESTS) -> Outcome:
    """`new_token` makes one of a new workspace, for when an operation has ended the one in use."""
    chance, outcome, began = random.Random(seed), Outcome(), time.monotonic()
    made = requests(api, chance)
    with httpx.Client(base_url=url, headers=_bearer(new_token()), timeout=60) as client:
        for _ in range(number):
            asked = next(made)
            response = client.request(asked.method, asked.path, content=asked.content, headers=asked.headers)
            outcome.note(asked, response)
            if response.status_code == 401:
                client.headers.update(_bearer(new_token()))
    print(f"{number:,} requests of seed {seed} in {time.monotonic() - began:.0f} s:")
    return outcome


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
