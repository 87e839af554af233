"""The files of the pages: what is sent of them, under which addresses, and nothing beside them."""

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import httpx
import pytest
import zstandard
from starlette.requests import Request

from app.http.pages import files
from app.http.pages.files import OWN, TYPES, File, Folder, endpoint
from schema.errors import NotFound

UNPACK = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}
own = Folder.own()


def asked(path: str, accepted: str | None = None) -> Request:
    headers = [(b"accept-encoding", accepted.encode())] if accepted else []
    return Request({"type": "http", "method": "GET", "path": path, "headers": headers})


@pytest.mark.parametrize("name", own.files)
async def test_a_file_is_sent_packed_and_kept_for_ever(anonymous: httpx.AsyncClient, name: str) -> None:
    plain = (OWN / name).read_bytes()
    for accepted in ("br", "gzip", "zstd", "identity", "nothing-we-know", ""):
        async with anonymous.stream("GET", own.address(name), headers={"Accept-Encoding": accepted}) as response:
            body = b"".join([chunk async for chunk in response.aiter_raw()])
        assert response.status_code == 200
        assert UNPACK.get(accepted, bytes)(body) == plain
        assert response.headers.get("Content-Encoding") == (accepted if accepted in UNPACK else None)
        assert response.headers["Content-Type"] == TYPES[Path(name).suffix]
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_head_and_other_methods(anonymous: httpx.AsyncClient) -> None:
    head = await anonymous.head(own.address("page.css"))
    assert (head.status_code, head.content) == (200, b"")
    assert (await anonymous.post(own.address("page.css"))).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/assets",
        "/assets/",
        f"/assets/{own.digest}",
        f"/assets/{own.digest}/",
        "/assets/0000000000000000/page.css",
        f"/assets/{own.digest}/../files.py",
        f"/assets/{own.digest}/..%2ffiles.py",
        f"/assets/{own.digest}/%2e%2e/files.py",
        f"/assets/{own.digest}/..\\files.py",
        f"/assets/{own.digest}//etc/passwd",
        "/assets/../../../../../../etc/passwd",
        "/assets//etc/passwd",
        f"/assets/{own.digest}/page.css%00.js",
        f"/assets/{own.digest}/PAGE.CSS",
        f"/assets/{own.digest}/manifest.json",
    ],
)
async def test_nothing_else_is_sent(path: str) -> None:
    """As the path comes in, which no client has made another of before."""
    respond = endpoint(own, None)
    for tried in (path, httpx.URL("http://a" + path.replace("\\", "%5c")).path):
        with pytest.raises(NotFound):
            await respond(asked(tried))


async def test_what_is_kept_in_memory_is_bounded() -> None:
    """However a file is asked for: once as it is, and once for each way of packing."""
    folder = Folder.own()
    respond = endpoint(folder, None)
    for accepted in ("br", "gzip", "zstd", "br;q=0.1, gzip;q=0.2", "x", "y, z", "gzip, x;q=0.3", "*"):
        for _ in range(3):
            await respond(asked(folder.address("home.js"), accepted))
    kept = folder.files["home.js"].bodies
    assert kept.keys() <= {None, *UNPACK}
    assert sum(map(len, kept.values())) < 4 * len((OWN / "home.js").read_bytes())
    assert not folder.files["page.css"].bodies


def test_an_address_changes_with_what_it_stands_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    monkeypatch.setattr(files, "OWN", tmp_path)
    first = Folder.own().address("a.js")
    assert Folder.own().address("a.js") == first
    (tmp_path / "a.js").write_text("2")
    assert Folder.own().address("a.js") != first


async def test_built_files_are_there_as_soon_as_their_manifest_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(files, "BUILT", tmp_path)
    (tmp_path / "graphiql.js").write_text("export {}")
    assert Folder.built() is None
    manifest: Mapping[str, object] = {"digest": "00ff", "sources": "x", "files": ["graphiql.js"]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    built = Folder.built()
    assert built and built.address("graphiql.js") == "/assets/00ff/graphiql.js"
    response = await endpoint(own, built)(asked("/assets/00ff/graphiql.js"))
    assert response.body == b"export {}"


@pytest.mark.parametrize("name", [name for name in own.files if name.endswith(".js")])
def test_our_scripts_find_each_other_and_read_nothing_as_html(name: str) -> None:
    text = (OWN / name).read_text()
    imported = re.findall(r"from '\./([^']+)'", text)
    assert [other for other in imported if other not in own.files] == []
    read_as_html = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|DOMParser|createContextualFragment"
    assert re.findall(rf"{read_as_html}|\beval\(|new Function|https?:/{{2}}[a-z]", text) == []


def test_a_file_of_every_type_has_one() -> None:
    assert {Path(name).suffix for name in own.files} <= TYPES.keys()
    assert len(own.files) == len(list(OWN.iterdir()))
    assert isinstance(own.files["page.css"], File)
