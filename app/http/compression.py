"""The body of an answer, packed as its client accepts: with zstd, brotli or gzip, at the level that costs least.

Answers are made for whoever has the token, which no page of another origin can send for a user (there are no cookies),
so that their packed size tells nobody anything.
"""

import asyncio
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import brotli  # type: ignore[import-untyped]
import zstandard
from starlette.responses import Response

LEAST_BYTES = 1024  # of what is worth packing
MOST_BYTES_AT_ONCE = 131_072  # more is packed in a thread, beside other requests
LEVEL = 1
LONGEST_REMEMBERED = 500  # characters of an Accept-Encoding header

_GZIP_WINDOW = zlib.MAX_WBITS | 16

Headers = Sequence[tuple[bytes, bytes]]


class Finished(Response):
    """An answer whose body is sent as it is, packed already or not."""


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(LEVEL).compress(body)


def _brotli(body: bytes) -> bytes:
    packed: bytes = brotli.compress(body, quality=LEVEL)
    return packed


def _gzip(body: bytes) -> bytes:
    return zlib.compress(body, LEVEL, _GZIP_WINDOW)


# In the order in which they are preferred, where the client does not care. zstd is a little smaller and faster, but an
# HTTP library asks for it on versions of Node that cannot read it.
ENCODINGS: Mapping[str, Callable[[bytes], bytes]] = {"br": _brotli, "zstd": _zstd, "gzip": _gzip}


async def packed(headers: Headers, body: bytes, accepted: bytes | None) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The headers and the body of an answer that is worth packing, packed where its client accepts that."""
    encoding = chosen(accepted.decode("latin-1")) if accepted else None
    varying = [*headers, (b"vary", b"Accept-Encoding")]
    if encoding is None:
        return varying, body
    pack = ENCODINGS[encoding]
    small = pack(body) if len(body) <= MOST_BYTES_AT_ONCE else await asyncio.to_thread(pack, body)
    kept = [(name, _of_packed(name, value)) for name, value in varying if name != b"content-length"]
    size = str(len(small)).encode()
    return [*kept, (b"content-length", size), (b"content-encoding", encoding.encode())], small


def _of_packed(name: bytes, value: bytes) -> bytes:
    """The tag of an answer that means the same in other bytes is a weak one."""
    return b"W/" + value if name == b"etag" else value


def chosen(accepted: str) -> str | None:
    """By an Accept-Encoding header. Only short ones, which come again and again, are remembered."""
    return _remembered(accepted) if len(accepted) <= LONGEST_REMEMBERED else _chosen(accepted)


def _chosen(accepted: str) -> str | None:
    """The encoding to use by an Accept-Encoding header: what weighs most, and of those the first of ours."""
    weights: dict[str, float] = {}
    for item in accepted.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weight = next((part[2:].strip() for part in parameters if part.startswith("q=")), "1")
        try:
            weights[name] = float(weight)
        except ValueError:
            weights[name] = 0.0
    named = {name: weights[name] for name in ENCODINGS if weights.get(name, 0.0) > 0}
    return max(named, key=lambda name: named[name]) if named else None


_remembered = lru_cache(_chosen)
