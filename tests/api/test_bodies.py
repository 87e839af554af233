"""Bodies of requests over HTTP: packed, too large, absent, and with a client that writes before it reads."""

import gzip
import json
import socket
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from app.settings import Settings
from tests.conftest import Server, Workspace

COMPANY = {"name": "Acme"}
QUERY = {"query": 'mutation { createCompany(data: {name: "Acme"}) { name } }'}
PATHS = [("/rest/companies", COMPANY), ("/graphql", QUERY)]
JSON = "application/json"


def packed(body: Any) -> bytes:
    return gzip.compress(json.dumps(body).encode())


async def post(client: httpx.AsyncClient, path: str, content: bytes, encoding: str) -> httpx.Response:
    return await client.post(path, content=content, headers={"Content-Type": JSON, "Content-Encoding": encoding})


def message(response: httpx.Response) -> str:
    body = response.json()
    found: str = body["errors"][0]["message"] if "errors" in body else body["messages"][0]
    return found


@pytest.mark.parametrize(("path", "body"), PATHS)
async def test_a_packed_body(client: httpx.AsyncClient, path: str, body: Any) -> None:
    for encoding in ("gzip", "GZIP", "x-gzip"):
        response = await post(client, path, packed(body), encoding)
        assert response.status_code in (200, 201)
        assert "Acme" in response.text
    plain = await post(client, path, json.dumps(body).encode(), "identity")
    assert "Acme" in plain.text


@pytest.mark.parametrize(("path", "body"), PATHS)
async def test_another_encoding_is_refused_by_name(client: httpx.AsyncClient, path: str, body: Any) -> None:
    response = await post(client, path, packed(body), "br")
    assert response.status_code == 415
    assert message(response) == "The content encoding 'br' is not supported: use gzip, or none"


@pytest.mark.parametrize(("path", "body"), PATHS)
@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda content: b"x" + content, "The request body is not gzip, which its content encoding says"),
        (lambda content: content[:-9], "The request body is not gzip: it ends too early"),
    ],
)
async def test_a_body_that_is_not_packed(
    client: httpx.AsyncClient, path: str, body: Any, damage: Any, expected: str
) -> None:
    response = await post(client, path, damage(packed(body)), "gzip")
    assert (response.status_code, message(response)) == (400, expected)


@pytest.mark.parametrize(("path", "body"), PATHS)
async def test_a_body_that_is_too_large_unpacked(
    client: httpx.AsyncClient, settings: Settings, path: str, body: Any
) -> None:
    bomb = gzip.compress(b" " * (settings.max_body_bytes + 1))
    assert len(bomb) < 100_000
    response = await post(client, path, bomb, "gzip")
    assert response.status_code == 413
    assert message(response) == f"The request body is larger than {settings.max_body_bytes} bytes"
    fits = gzip.compress(json.dumps(body).encode().ljust(settings.max_body_bytes))
    assert "Acme" in (await post(client, path, fits, "gzip")).text


@pytest.mark.parametrize("kind", ["text/css", "application/x-www-form-urlencoded"])
async def test_a_request_without_a_body_may_have_any_type(client: httpx.AsyncClient, kind: str) -> None:
    headers = {"Content-Type": kind}
    assert (await client.get("/rest/companies", headers=headers)).status_code == 200
    assert (await client.get("/graphql?query={__typename}", headers=headers)).status_code == 200
    company = (await client.post("/rest/companies", json=COMPANY)).json()["data"]["createCompany"]["id"]
    assert (await client.delete(f"/rest/companies/{company}?soft_delete=true", headers=headers)).status_code == 200
    assert (await client.patch(f"/rest/companies/{company}/restore", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("path", "name"), [("/rest/companies", b"PayloadTooLarge"), ("/graphql", b"PAYLOAD_TOO_LARGE")]
)
@pytest.mark.parametrize("size", [11_000_000, 40_000_000])
def test_who_writes_all_before_reading_gets_the_answer(
    server: Server, workspace: Workspace, path: str, name: bytes, size: int
) -> None:
    """urllib asks for the connection to be closed, which lost the answer while something was left to read."""
    headers = {**workspace.headers, "Content-Type": JSON}
    request = urllib.request.Request(f"{server.url}{path}", b" " * size, headers)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    with caught.value as answer:
        assert answer.code == 413
        assert answer.headers["Connection"] == "close"
        assert name in answer.read()


def test_so_does_who_is_refused_for_something_else(server: Server) -> None:
    request = urllib.request.Request(f"{server.url}/rest/companies", b" " * 9_000_000, {"Content-Type": JSON})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    with caught.value as answer:
        assert answer.code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_who_asks_before_sending_is_told_at_once(server: Server, workspace: Workspace) -> None:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as client:
        head = (
            f"POST /rest/companies HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {workspace.token}\r\n"
            f"Content-Type: {JSON}\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n"
        )
        client.sendall(head.encode())
        received = b"".join(iter(lambda: client.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(("path", "body"), PATHS)
async def test_gzip_of_several_members(client: httpx.AsyncClient, path: str, body: Any) -> None:
    text = json.dumps(body).encode()
    response = await post(client, path, gzip.compress(text[:10]) + gzip.compress(text[10:]), "gzip")
    assert "Acme" in response.text
    response = await post(client, path, gzip.compress(text) + b"garbage", "gzip")
    expected = "The request body is not gzip, which its content encoding says"
    assert (response.status_code, message(response)) == (400, expected)


async def test_one_byte_more_than_may_come(client: httpx.AsyncClient, settings: Settings) -> None:
    text = json.dumps({"city": "x" * (settings.max_body_bytes - 10)}).encode()
    assert len(text) > settings.max_body_bytes
    response = await post(client, "/rest/people", gzip.compress(text), "gzip")
    assert response.status_code == 413


async def test_a_number_of_too_many_digits(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/rest/companies", content=b'{"employees": 1%s}' % (b"0" * 5000), headers={"Content-Type": "application/json"}
    )
    assert message(response) == "The request body is not valid JSON: a number has too many digits"
