"""Envelopes, byte for byte."""

from typing import Any

import orjson
import pytest

from rest_shim import reply
from rest_shim.operations import Reply
from schema.errors import CODES, BadUserInput, NotFound, ServiceUnavailable, Unauthenticated

Fragment = orjson.Fragment
PAGE_INFO = '{"hasNextPage":false,"hasPreviousPage":false,"startCursor":null,"endCursor":null}'


def test_a_record() -> None:
    response = reply.success({"person": Fragment('{"id":"1"}')}, Reply.RECORD, 200)
    assert (response.status_code, response.body) == (200, b'{"data":{"person":{"id":"1"}}}')
    assert response.headers["content-type"] == "application/json; charset=utf-8"


def test_records() -> None:
    response = reply.success({"createPeople": Fragment('[{"id":"1"}]')}, Reply.RECORDS, 201)
    assert (response.status_code, response.body) == (201, b'{"data":{"createPeople":[{"id":"1"}]}}')


@pytest.mark.parametrize(
    ("keys", "body"),
    [
        ({"totalCount": "0"}, '{"data":{"people":[]},"pageInfo":%s,"totalCount":0}'),
        ({}, '{"data":{"people":[]},"pageInfo":%s}'),
    ],
)
def test_a_page(keys: dict[str, str], body: str) -> None:
    """The order of keys is data, pageInfo, totalCount, whatever the order they were selected in."""
    page = {name: Fragment(text) for name, text in {**keys, "pageInfo": PAGE_INFO, "edges": "[]"}.items()}
    response = reply.success({"people": page}, Reply.PAGE, 200)
    assert bytes(response.body).decode() == body % PAGE_INFO


def test_groups_of_duplicates() -> None:
    text = '[{"totalCount":0,"personDuplicates":[]}]'
    response = reply.success({"personDuplicates": Fragment(text)}, Reply.DUPLICATES, 200)
    assert bytes(response.body).decode() == f'{{"data":{text}}}'


def test_groups_have_no_envelope() -> None:
    response = reply.success({"peopleGroupBy": Fragment('[{"totalCount":1}]')}, Reply.GROUPS, 200)
    assert response.body == b'[{"totalCount":1}]'


def graphql_error(code: str, message: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}


@pytest.mark.parametrize("code", CODES)
def test_every_code(code: str) -> None:
    response = reply.failure([graphql_error(code, 'It\'s "so"')])
    row = CODES[code]
    assert response.status_code == row.status
    assert orjson.loads(response.body) == {
        "statusCode": row.status,
        "error": row.rest_name,
        "messages": ["It's 'so'"],
    }


def test_the_first_of_several_errors_decides() -> None:
    response = reply.failure([graphql_error("NOT_FOUND", "a"), graphql_error("BAD_USER_INPUT", "b")])
    assert response.status_code == 404
    assert orjson.loads(response.body)["messages"] == ["a", "b"]


def test_a_refusal() -> None:
    response = reply.refusal(NotFound())
    expected = b'{"statusCode":404,"error":"NotFoundException","messages":["Record not found"]}'
    assert (response.status_code, response.body) == (404, expected)


def test_headers_that_go_with_a_status() -> None:
    assert reply.refusal(Unauthenticated()).headers["www-authenticate"] == "Bearer"
    assert reply.refusal(ServiceUnavailable()).headers["retry-after"] == "2"


def test_a_message_that_has_no_utf_8() -> None:
    response = reply.refusal(BadUserInput("what \ud800 is"))
    assert orjson.loads(response.body)["messages"] == ["what ? is"]
