"""REST's errors over HTTP, as rows: request, status, name and message."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

PATHS = "Query path '{}' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies"
DIRECTIONS = (
    "Allowed values are 'AscNullsFirst', 'AscNullsLast', 'DescNullsFirst', 'DescNullsLast'."
    " eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
)
BULK = (
    "Filters are mandatory for bulk {} operations."
    " Please provide at least one filter to prevent accidental {} of all records."
)
UPDATED = (
    "Body must be an object. POST /rest/batch/people?upsert=true takes an array of records with their ids,"
    " PATCH /rest/people?filter=… one object for all that match"
)
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
    Fault("GET", "/xyz", MISSING, "object 'xyz' not found. eg: companies"),
    Fault("GET", "/company", MISSING, "object 'company' not found. Did you mean 'companies'?"),
    Fault(
        "POST", "/messageThread", MISSING, "object 'messageThread' not found. Did you mean 'messageThreads'?", json={}
    ),
    Fault("POST", "/batch/person", MISSING, "object 'person' not found. Did you mean 'people'?", json=[]),
    Fault("GET", "/People", MISSING, "object 'People' not found. eg: companies"),
    Fault(
        "GET",
        f"/people/{NOBODY}/company",
        MISSING,
        f"Query path '/rest/people/{NOBODY}/company' invalid."
        " Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies",
    ),
    Fault("GET", f"/people/{NOBODY}", MISSING, "Record not found"),
    Fault("GET", "/people/abc", BAD, "'abc' is not a valid UUID"),
    Fault("GET", f"/people/%7B{NOBODY}%7D", BAD, f"'{{{NOBODY}}}' is not a valid UUID"),
    Fault("GET", "/people/%00", BAD, "'\0' is not a valid UUID"),
    Fault("GET", "/people/%ff", BAD, "'�' is not a valid UUID"),
    Fault("PATCH", "/people/abc", BAD, "'abc' is not a valid UUID", json={}),
    Fault("DELETE", "/people/abc", BAD, "'abc' is not a valid UUID"),
    Fault("PATCH", "/people/abc/restore", BAD, "'abc' is not a valid UUID"),
    Fault("PATCH", f"/people/{NOBODY}", MISSING, "Record not found", json={"city": "x"}),
    Fault("PUT", f"/people/{NOBODY}", MISSING, "Record not found", json={"city": "x"}),
    Fault("DELETE", f"/people/{NOBODY}", MISSING, "Record not found"),
    Fault("DELETE", f"/people/{NOBODY}?soft_delete=true", MISSING, "Record not found"),
    Fault("PATCH", f"/people/{NOBODY}/restore", MISSING, "Record not found"),
    Fault("PATCH", f"/restore/people/{NOBODY}", MISSING, "Record not found"),
    Fault("PATCH", "/restore/person", MISSING, "object 'person' not found. Did you mean 'people'?"),
    Fault("GET", "/a/b/c/d", MISSING, PATHS.format("/rest/a/b/c/d")),
    # The method
    Fault("TRACE", "/people", METHOD, "TRACE is not allowed on /rest/people"),
    Fault("GET", "/people/duplicates", METHOD, "GET is not allowed on /rest/people/duplicates"),
    Fault("GET", "/batch/people", METHOD, "GET is not allowed on /rest/batch/people"),
    Fault("POST", f"/people/{NOBODY}", METHOD, f"POST is not allowed on /rest/people/{NOBODY}"),
    # The query parameters
    Fault("GET", "/people?depth=3", BAD, "'depth=3' parameter invalid. Allowed values are 0, 1, 2"),
    Fault("GET", "/people?limit=x", BAD, "limit 'x' is invalid. Should be an integer"),
    Fault("GET", "/people?limit=-1", BAD, "limit '-1' is invalid. Should be an integer"),
    Fault("GET", "/people?limit=1&limit=1", BAD, "Query parameter 'limit' is given more than once"),
    Fault("GET", "/people?after=x", BAD, "Unknown query parameter 'after'. Use starting_after."),
    Fault("GET", f"/people/{NOBODY}?dept=1", BAD, "Unknown query parameter 'dept'. Did you mean 'depth'?"),
    Fault(
        "POST", "/people?limit=1", BAD, "Unknown query parameter 'limit'. Known here: depth, fields, upsert.", json={}
    ),
    Fault("GET", "/people?starting_after=zz", BAD, "Invalid cursor: zz"),
    Fault(
        "GET",
        f"/people?starting_after={NOBODY}&ending_before={NOBODY}",
        BAD,
        "Cannot provide both before and after",
    ),
    Fault("GET", "/people?filter=city[eq]:x&filter=", BAD, "Query parameter 'filter' is given more than once"),
    Fault("GET", "/people?filter=and(city[eq]:x", BAD, "'filter' invalid. 1 close bracket is missing in the query"),
    Fault("GET", "/people?filter=city[eq]:x))", BAD, "'filter' invalid. 2 open brackets are missing in the query"),
    Fault("GET", "/people?filter=city", BAD, "'filter' invalid for 'city'. eg: price[gte]:10"),
    Fault(
        "GET",
        "/people?filter=city[has]:x",
        BAD,
        "'filter' invalid for 'city[has]:x', comparator has not in eq, neq, in, containsAny, is, gt, gte, lt, lte,"
        " startsWith, endsWith, like, ilike, regex, iregex, containsIlike, isEmptyArray",
    ),
    Fault(
        "GET",
        "/people?filter=not(city[eq]:x,city[eq]:y)",
        BAD,
        "'filter' invalid. 'not' conjunction should contain only 1 condition. eg: not(field[eq]:1)",
    ),
    Fault(
        "GET",
        "/people?filter=city[in]:x",
        BAD,
        "'filter' invalid for 'in' operator. Received 'x' but array value expected eg: 'field[in]:[value_1,value_2]'",
    ),
    Fault("GET", "/people?filter=town[eq]:x", BAD, "field 'town' does not exist in 'person' object"),
    Fault(
        "GET",
        "/opportunities?filter=stage[eq]:NIX",
        BAD,
        "'filter' enum value 'NIX' not available in 'stage' enum. Available enum values are"
        " ['NEW', 'SCREENING', 'MEETING', 'PROPOSAL', 'CUSTOMER']",
    ),
    Fault("GET", "/people?filter=id[eq]:x", BAD, "Value 'x' is not a valid UUID"),
    Fault("GET", "/people?order_by=city[Up]", BAD, f"'order_by' direction 'Up' invalid. {DIRECTIONS}"),
    Fault("GET", "/people?order_by=town", BAD, "field 'town' does not exist in 'person' object"),
    Fault(
        "GET",
        "/people?fields=",
        BAD,
        "'fields' parameter is empty. Expected a comma-separated list of field names, e.g. fields=id,name",
    ),
    Fault(
        "GET",
        "/people?fields=a,id&fields=b",
        BAD,
        "'fields' parameter invalid. Unknown or unreadable fields on 'person': a, b",
    ),
    Fault("POST", "/people?upsert=yes", BAD, "'upsert=yes' parameter invalid. Allowed values are true, false", json={}),
    Fault(
        "DELETE",
        f"/people/{NOBODY}?filter=id[is]:NULL",
        BAD,
        "Unknown query parameter 'filter'. Known here: soft_delete.",
    ),
    Fault(
        "GET",
        f"/people/{NOBODY}?search=x",
        BAD,
        "Unknown query parameter 'search'. Known here: depth, fields.",
        headers={"Prefer": "handling=strict"},
    ),
    Fault(
        "GET",
        "/companies?filter=name[ilike]:%acme%",
        BAD,
        "The query string is not valid at 'filter=name[ilike]:%acme%': '%' is not an escape."
        " A '%' itself is written as '%25'",
    ),
    # Bulk
    Fault("DELETE", "/people", BAD, BULK.format("destroy", "deletion")),
    Fault("DELETE", "/people?filter=", BAD, BULK.format("destroy", "deletion")),
    Fault("DELETE", "/people?soft_delete=true", BAD, BULK.format("delete", "deletion")),
    Fault("PATCH", "/people", BAD, BULK.format("update", "update"), json={"city": "x"}),
    Fault("PUT", "/people", BAD, BULK.format("update", "update"), json={"city": "x"}),
    Fault("PATCH", "/people/restore", BAD, BULK.format("restore", "restore")),
    Fault("PATCH", "/restore/people", BAD, BULK.format("restore", "restore")),
    # Duplicates
    Fault("POST", "/people/duplicates", BAD, 'You have to provide either "data" or "ids" argument', json={}),
    Fault(
        "POST",
        "/people/duplicates",
        BAD,
        'You cannot provide both "data" and "ids" arguments',
        json={"ids": [], "data": []},
    ),
    Fault(
        "POST",
        "/people/duplicates",
        BAD,
        'The "data" condition can not be empty when "ids" input not provided',
        json={"data": []},
    ),
    Fault("POST", "/people/duplicates", BAD, "'ids' must be an array", json={"ids": "x"}),
    Fault("POST", "/people/duplicates", BAD, "Field 'id' is not known here. Did you mean 'ids'?", json={"id": []}),
    # The model
    Fault(
        "POST",
        "/metadata/objects",
        METHOD,
        "POST is not allowed on /rest/metadata/objects: the model is read-only here",
        json={},
    ),
    Fault(
        "DELETE",
        f"/metadata/fields/{NOBODY}",
        METHOD,
        f"DELETE is not allowed on /rest/metadata/fields/{NOBODY}: the model is read-only here",
    ),
    Fault("GET", f"/metadata/objects/{NOBODY}", MISSING, "Record not found"),
    Fault("GET", "/metadata/objects/x", BAD, "'x' is not a valid UUID"),
    Fault(
        "GET",
        "/metadata/object",
        MISSING,
        "Query path '/rest/metadata/object' invalid. Metadata path \"object\" does not exist."
        " Valid examples: /rest/metadata/fields or /rest/metadata/objects. Did you mean 'objects'?",
    ),
    Fault(
        "GET",
        "/metadata/objects/x/y",
        MISSING,
        "Query path '/rest/metadata/objects/x/y' invalid."
        " Valid examples: /rest/metadata/fields or /rest/metadata/objects/id",
    ),
    Fault("GET", "/metadata/fields?after=1", BAD, "Unknown query parameter 'after'. Use starting_after."),
    Fault("GET", "/metadata/fields?starting_after=x", BAD, "Invalid cursor: x"),
    Fault(
        "GET",
        f"/metadata/fields?starting_after={NOBODY}&ending_before={NOBODY}",
        BAD,
        "Only one of 'endingBefore' and 'startingAfter' may be provided",
    ),
    Fault("GET", "/metadata/fields?limit=x", BAD, "limit 'x' is invalid. Should be an integer"),
    Fault("POST", "/open-api/core", METHOD, "POST is not allowed on /rest/open-api/core"),
    # The body
    Fault("POST", "/people", BAD, "The request has no body: it must be an object"),
    Fault("POST", "/batch/people", BAD, "The request has no body: it must be an array"),
    Fault(
        "POST", "/people", BAD, "The request has no body: it must be an object", headers={"Content-Type": "text/css"}
    ),
    Fault(
        "POST",
        "/people",
        BAD,
        "The request body is not valid JSON: expecting value at line 1, column 6",
        content=b'{"a":',
        headers=JSON_TYPE,
    ),
    Fault(
        "POST",
        "/people",
        BAD,
        "The request body is not valid JSON: NaN is not a number of JSON",
        content=b'{"a": NaN}',
        headers=JSON_TYPE,
    ),
    Fault(
        "POST",
        "/people",
        BAD,
        "The request body is not valid JSON: byte 7 is not UTF-8",
        content=b'{"a": "\xff"}',
        headers=JSON_TYPE,
    ),
    Fault(
        "POST",
        "/people",
        BAD,
        "The request body is not valid JSON: it is nested too deeply",
        content=b"[" * 100_000,
        headers=JSON_TYPE,
    ),
    Fault("POST", "/people", BAD, "Body must be an object. POST /rest/batch/people takes an array of records", json=[]),
    Fault("POST", "/people", BAD, "Body must be an object", content=b"null", headers=JSON_TYPE),
    Fault("POST", "/batch/people", BAD, "Body must be an array. POST /rest/people takes one record", json={}),
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
    Fault("PATCH", f"/people/{NOBODY}", BAD, UPDATED, json=[]),
    Fault("PUT", f"/people/{NOBODY}", BAD, UPDATED, json=[]),
    Fault("PATCH", "/people?filter=city[eq]:x", BAD, UPDATED, json=[]),
    Fault("PATCH", "/people?filter=city[eq]:x", BAD, "The request has no body: it must be an object"),
    # The values in the body
    Fault(
        "PATCH",
        f"/people/{NOBODY}",
        BAD,
        "Field 'jobTitel' is not defined by type 'PersonUpdateInput'. Did you mean 'jobTitle'?",
        json={"jobTitel": "Chief"},
    ),
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
        "[1]: Field 'companyid' is not defined by type 'PersonCreateInput'. Did you mean 'companyId'?",
        json=[{}, {"companyid": None}],
    ),
    Fault(
        "POST",
        "/people",
        BAD,
        "name: Field 'first' is not defined by type 'FullNameCreateInput'. Did you mean 'firstName'?",
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
        "Invalid value at [1].stage: Value 'NOPE' does not exist in 'OpportunityStageEnum' enum."
        " Its values are 'NEW', 'SCREENING', 'MEETING', 'PROPOSAL', 'CUSTOMER'.",
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
    assert (await client.request("TRACE", "/rest/people")).headers["allow"] == "GET, POST, PATCH, PUT, DELETE, HEAD"
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
