"""REST's errors over HTTP, as rows: request, status, name and message."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

NOBODY = "00000000-0000-4000-8000-000000000000"
JSON_TYPE = {"Content-Type": "application/json"}
BAD, MISSING = (400, "BadRequestException"), (404, "NotFoundException")
METHOD, MEDIA, LARGE = (
    (405, "MethodNotAllowedException"),
    (415, "UnsupportedMediaTypeException"),
    (413, "PayloadTooLargeException"),
)


@dataclass(frozen=True)
class Fault:
    """`json` is sent as JSON, `content` as it is."""

    method: str
    path: str
    answer: tuple[int, str]
    message: str
    json: Any = None
    content: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


FAULTS = (
    # The path
    Fault("GET", "/xyz", BAD, "object 'xyz' not found. eg: companies"),
    Fault("GET", "/company", BAD, "object 'company' not found. Did you mean 'companies'?"),
    Fault("POST", "/messageThread", BAD, "object 'messageThread' not found. Did you mean 'messageThreads'?", json={}),
    Fault("POST", "/batch/person", BAD, "object 'person' not found. Did you mean 'people'?", json=[]),
    Fault("GET", "/People", BAD, "object 'People' not found. eg: companies"),
    Fault(
        "GET",
        f"/people/{NOBODY}/company",
        BAD,
        f"Query path '/rest/people/{NOBODY}/company' invalid."
        " Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies",
    ),
    Fault("GET", f"/people/{NOBODY}", MISSING, "Record not found"),
    Fault("GET", "/people/abc", BAD, "'abc' is not a valid UUID"),
    Fault("GET", "/people/duplicates", BAD, "'duplicates' is not a valid UUID"),
    Fault("GET", f"/people/%7B{NOBODY}%7D", BAD, f"'{{{NOBODY}}}' is not a valid UUID"),
    Fault("GET", "/people/%00", BAD, "'\0' is not a valid UUID"),
    Fault("GET", "/people/%ff", BAD, "'�' is not a valid UUID"),
    # The method
    Fault("TRACE", "/people", METHOD, "TRACE is not allowed on /rest/people"),
    Fault("GET", "/batch/people", METHOD, "GET is not allowed on /rest/batch/people"),
    Fault("POST", f"/people/{NOBODY}", METHOD, f"POST is not allowed on /rest/people/{NOBODY}"),
    # The query parameters
    Fault("GET", "/people?depth=3", BAD, "'depth=3' parameter invalid. Allowed values are 0, 1, 2"),
    Fault("GET", "/people?limit=x", BAD, "limit 'x' is invalid. Should be an integer"),
    Fault("GET", "/people?limit=-1", BAD, "limit '-1' is invalid. Should be an integer"),
    Fault("GET", "/people?limit=1&limit=1", BAD, "Query parameter 'limit' is given more than once"),
    Fault("GET", "/people?after=x", BAD, "Unknown query parameter 'after'. Did you mean 'starting_after'?"),
    Fault("GET", f"/people/{NOBODY}?dept=1", BAD, "Unknown query parameter 'dept'. Did you mean 'depth'?"),
    Fault("POST", "/people?limit=1", BAD, "Unknown query parameter 'limit'. Did you mean 'depth'?", json={}),
    Fault("GET", "/people?starting_after=zz", BAD, "Invalid cursor: zz"),
    Fault(
        "GET",
        f"/people?starting_after={NOBODY}&ending_before={NOBODY}",
        BAD,
        "Cannot provide both before and after",
    ),
    # The body
    Fault("POST", "/people", BAD, "The request has no body: it must be an object"),
    Fault("POST", "/batch/people", BAD, "The request has no body: it must be an array"),
    Fault(
        "POST", "/people", BAD, "The request has no body: it must be an object", headers={"Content-Type": "text/css"}
    ),
    Fault("POST", "/people", BAD, "The request body is not valid JSON", content=b'{"a":', headers=JSON_TYPE),
    Fault("POST", "/people", BAD, "The request body is not valid JSON", content=b'{"a": NaN}', headers=JSON_TYPE),
    Fault("POST", "/people", BAD, "The request body is not valid JSON", content=b'{"a": "\xff"}', headers=JSON_TYPE),
    Fault("POST", "/people", BAD, "The request body is not valid JSON", content=b"[" * 100_000, headers=JSON_TYPE),
    Fault("POST", "/people", BAD, "Body must be an object", json=[]),
    Fault("POST", "/people", BAD, "Body must be an object", content=b"null", headers=JSON_TYPE),
    Fault("POST", "/batch/people", BAD, "Body must be an array", json={}),
    Fault("POST", "/batch/people", BAD, "Body must be an array", json="[]"),
    Fault("POST", "/people", MEDIA, "The content type must be application/json in UTF-8", content=b"{}"),
    Fault(
        "POST",
        "/people",
        MEDIA,
        "The content type must be application/json in UTF-8",
        content=b"a=b",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
    Fault(
        "POST",
        "/people",
        MEDIA,
        "The content type must be application/json in UTF-8",
        content=b"{}",
        headers={"Content-Type": "application/json; charset=utf-16"},
    ),
    # The values in the body
    Fault(
        "POST",
        "/people",
        BAD,
        "Field 'jobTitel' is not defined by type 'PersonCreateInput'. Did you mean 'jobTitle'?",
        json={"jobTitel": "Chief"},
    ),
    Fault(
        "POST",
        "/batch/people",
        BAD,
        "Field 'company' is not defined by type 'PersonCreateInput'. Did you mean 'companyId'?",
        json=[{}, {"company": {}}],
    ),
    Fault(
        "POST",
        "/people",
        BAD,
        "Field 'first' is not defined by type 'FullNameCreateInput'. Did you mean 'firstName'?",
        json={"name": {"first": "Ada"}},
    ),
    Fault(
        "POST",
        "/people",
        BAD,
        "Invalid value at companyId: Value 'nope' is not a valid UUID",
        json={"companyId": "nope"},
    ),
    Fault(
        "POST",
        "/batch/opportunities",
        BAD,
        "Invalid value at [1].stage: Value 'NOPE' does not exist in 'OpportunityStageEnum' enum.",
        json=[{}, {"stage": "NOPE"}],
    ),
    Fault(
        "POST",
        "/messageParticipants",
        BAD,
        "Invalid value: Expected value of type 'MessageParticipantCreateInput' to include required field"
        " 'messageId', found: {}.",
        json={},
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.method} {fault.path} {fault.message[:40]}")
async def test_fault(client: httpx.AsyncClient, fault: Fault) -> None:
    response = await client.request(
        fault.method, f"/rest{fault.path}", json=fault.json, content=fault.content, headers=fault.headers
    )
    status, name = fault.answer
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json() == {"statusCode": status, "error": name, "messages": [fault.message]}
    assert response.status_code == status
    assert ("allow" in response.headers) is (status == 405)


@pytest.mark.parametrize(
    ("plural", "data", "named"),
    [
        ("people", {"companyId": NOBODY}, "companyId"),
        ("people", {"city": "\0"}, "city"),
        ("people", {"city": 3}, "city"),
        ("people", {"emails": {"primaryEmail": 3}}, "emails.primaryEmail"),
        ("tasks", {"dueAt": "today"}, "dueAt"),
        ("companies", {"employees": "many"}, "employees"),
        ("webhooks", {"secret": "********"}, "secret"),
    ],
)
async def test_a_bad_value_is_named(client: httpx.AsyncClient, plural: str, data: Any, named: str) -> None:
    before = (await client.get(f"/rest/{plural}?limit=0")).json()["totalCount"]
    for path, body in ((f"/rest/{plural}", data), (f"/rest/batch/{plural}", [{}, data])):
        response = await client.post(path, json=body)
        assert (response.status_code, response.json()["error"]) == BAD
        (message,) = response.json()["messages"]
        assert named in message
    assert (await client.get(f"/rest/{plural}?limit=0")).json()["totalCount"] == before


async def test_a_lone_surrogate(client: httpx.AsyncClient) -> None:
    response = await client.post("/rest/people", content=b'{"city": "\\ud800"}', headers=JSON_TYPE)
    assert (response.status_code, response.json()["error"]) == BAD


async def test_a_value_that_is_taken(client: httpx.AsyncClient) -> None:
    data = {"emails": {"primaryEmail": "Taken@Example.com"}}
    first = await client.post("/rest/people", json=data)
    assert first.status_code == 201
    again = await client.post("/rest/people", json=data)
    assert (again.status_code, again.json()["error"]) == BAD
    existing = await client.post("/rest/people", json={"id": first.json()["data"]["createPerson"]["id"]})
    assert (existing.status_code, existing.json()["error"]) == BAD


async def test_too_many_records(client: httpx.AsyncClient) -> None:
    response = await client.post("/rest/batch/people", json=[{}] * 1001)
    assert (response.status_code, response.json()["error"]) == BAD
    assert response.json()["messages"] == ["Maximum number of records to create is 1000."]


async def test_several_errors_come_together(client: httpx.AsyncClient) -> None:
    response = await client.post("/rest/people", json={"city": 3, "jobTitle": 4})
    assert response.status_code == 400
    assert len(response.json()["messages"]) == 2


async def test_a_body_over_the_limit(client: httpx.AsyncClient) -> None:
    response = await client.post("/rest/people", content=b" " * 10_485_761, headers=JSON_TYPE)
    assert (response.status_code, response.json()["error"]) == LARGE


async def test_allowed_methods_are_told(client: httpx.AsyncClient) -> None:
    assert (await client.request("TRACE", "/rest/people")).headers["allow"] == "GET, POST, HEAD"
    assert (await client.get("/rest/batch/people")).headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/rest/people"),
        ("POST", "/rest/batch/people"),
        ("GET", "/rest/xyz"),
        ("GET", "/rest/a/b/c"),
        ("TRACE", "/rest/people"),
        ("GET", "/rest/people?token=x&depth=9"),
    ],
)
@pytest.mark.parametrize("authorization", ["", "Bearer x", "Basic eDp5"])
async def test_no_token_comes_first(client: httpx.AsyncClient, method: str, path: str, authorization: str) -> None:
    response = await client.request(method, path, headers={"Authorization": authorization})
    assert response.status_code == 401
    assert response.json()["statusCode"] == 401
    assert response.json()["error"] == "UNAUTHENTICATED"
    assert len(response.json()["messages"]) == 1
    assert response.headers["www-authenticate"] == "Bearer"
