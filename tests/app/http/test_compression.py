"""Packed answers: in which encoding, from which size, and what it says of itself."""

import zlib

import brotli  # type: ignore[import-untyped]
import httpx
import pytest
import zstandard
from starlette.datastructures import Headers

from app.http import compression, graphql_request
from app.http.compression import LEAST_BYTES, chosen
from tests.conftest import Server, Workspace

UNPACK = {
    "gzip": lambda body: zlib.decompress(body, zlib.MAX_WBITS | 16),
    "br": brotli.decompress,
    "zstd": zstandard.decompress,
}
LARGE = {"query": "{ __schema { types { name fields { name } } } }"}
SMALL = {"query": "{ __typename }"}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("zstd, gzip", "zstd"),
        ("gzip, br", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("gzip;q=0.5, br;q=0.5", "br"),
        ("gzip;q=0", None),
        ("gzip;q=x", None),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("deflate", None),
        ("*", None),
        ("", None),
    ],
)
def test_the_choice(accepted: str, encoding: str | None) -> None:
    assert chosen(accepted) == encoding


async def raw(client: httpx.AsyncClient, query: dict[str, str], accepted: str | None) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it came."""
    request = client.build_request("POST", "/graphql", json=query)
    del request.headers["Accept-Encoding"]
    if accepted:
        request.headers["Accept-Encoding"] = accepted
    response = await client.send(request, stream=True)
    body = b"".join([piece async for piece in response.aiter_raw()])
    assert int(response.headers["Content-Length"]) == len(body)
    return response, body


@pytest.mark.parametrize("encoding", UNPACK)
async def test_a_large_answer(client: httpx.AsyncClient, encoding: str) -> None:
    plain, expected = await raw(client, LARGE, None)
    assert "Content-Encoding" not in plain.headers and len(expected) > 200_000
    response, body = await raw(client, LARGE, encoding)
    assert UNPACK[encoding](body) == expected
    assert len(body) < len(expected) / 4
    assert response.headers["Content-Encoding"] == encoding
    for answer in (plain, response):
        assert answer.headers["Vary"] == "Accept-Encoding"


async def test_a_small_answer(client: httpx.AsyncClient) -> None:
    response, body = await raw(client, SMALL, "gzip")
    assert len(body) < LEAST_BYTES and b"__typename" in body
    assert "Content-Encoding" not in response.headers and "Vary" not in response.headers


async def test_pages_of_other_origins(server: Server, workspace: Workspace) -> None:
    headers = {**workspace.headers, "Origin": "https://app.example", "Accept-Encoding": "br"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as client:
        response = await client.post("/graphql", json=LARGE)
    assert response.headers["Content-Encoding"] == "br"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "data" in response.json()


async def test_a_head_and_a_fault(client: httpx.AsyncClient) -> None:
    response = await client.head("/rest", headers={"Accept-Encoding": "gzip"})
    assert (response.status_code, response.content) == (200, b"")
    response = await client.get(f"/rest/{'x' * 2000}", headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 404 and response.json()["statusCode"] == 404


def test_only_short_headers_are_remembered() -> None:
    for read, remembered in ((chosen, compression._remembered), (media_type_of, graphql_request._remembered)):
        before = remembered.cache_info().misses
        for n in range(3):
            assert read(f"application/json;x={'x' * 100}{n}, br") == read(f"br, application/json;x={'x' * 100_000}{n}")
        assert remembered.cache_info().misses == before + 3


def media_type_of(accepted: str) -> str:
    return graphql_request.media_type(Headers({"accept": accepted}))
