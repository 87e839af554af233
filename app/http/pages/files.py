"""The files that pages are made of: our own, and those that `make assets` builds from npm.

Their addresses hold a digest of their contents, so that browsers keep them for ever. Names are looked up in a table,
and so lead nowhere else.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.http.compression import ENCODINGS, Finished, chosen
from rest_shim.routing import Handle
from schema.errors import MethodNotAllowed, NotFound
from schema.values.messages import shown

FILES = "assets"
"""The first part of their paths."""
OWN = Path(__file__).parent / "own"
BUILT = Path(__file__).parent / "built"
MANIFEST = "manifest.json"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class File:
    """What was sent of it once stays in memory, packed in each way that was asked for."""

    path: Path
    bodies: dict[str | None, bytes] = field(default_factory=dict)

    async def body(self, encoding: str | None) -> bytes:
        if encoding not in self.bodies:
            await asyncio.to_thread(self._pack, encoding)
        return self.bodies[encoding]

    def _pack(self, encoding: str | None) -> None:
        """Where many ask at once, those that waited for a thread find it done."""
        if encoding not in self.bodies:
            plain = self.path.read_bytes()
            self.bodies[encoding] = ENCODINGS[encoding](plain) if encoding else plain


@dataclass(frozen=True, slots=True)
class Folder:
    """Files at `/assets/<digest>/<name>`, so that they find each other by their names alone."""

    digest: str
    files: Mapping[str, File]

    @classmethod
    def own(cls) -> "Folder":
        paths = sorted(path for path in OWN.iterdir() if path.suffix in TYPES)
        digest = hashlib.sha256()
        for path in paths:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return cls(digest.hexdigest()[:16], {path.name: File(path) for path in paths})

    @classmethod
    def built(cls) -> "Folder | None":
        """Nothing where they have not been built."""
        try:
            manifest = orjson.loads((BUILT / MANIFEST).read_bytes())
        except FileNotFoundError:
            return None
        return cls(manifest["digest"], {name: File(BUILT / name) for name in manifest["files"]})

    def address(self, name: str) -> str:
        assert name in self.files, name
        return f"/{FILES}/{self.digest}/{name}"


def endpoint(*folders: Folder | None) -> Handle:
    """Answers the addresses of the folders' files."""
    files = {
        f"/{FILES}/{folder.digest}/{name}": file for folder in folders if folder for name, file in folder.files.items()
    }

    async def respond(request: Request) -> Response:
        path = request.scope["path"]
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(f"{request.method} is not allowed on {shown(path)}")
        file = files.get(path)
        if file is None:
            raise NotFound(f"There is no {shown(path)}")
        encoding = chosen(request.headers.get("accept-encoding", ""))
        headers = {**HEADERS, "Content-Type": TYPES[file.path.suffix], "Vary": "Accept-Encoding"}
        if encoding:
            headers["Content-Encoding"] = encoding
        return Finished(await file.body(encoding), 200, headers)

    return respond
