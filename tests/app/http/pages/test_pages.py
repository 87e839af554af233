"""The pages: the same for all and without a token, strict in what a browser lets them do, and never blank."""

import json
import re
import subprocess
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import httpx
import pytest

from app.http.pages.cdn import CDN, GRAPHIQL_SCRIPTS, GRAPHIQL_STYLES, SWAGGER_SCRIPTS, SWAGGER_STYLES
from app.http.pages.files import File, Folder
from app.http.pages.page import Page
from app.http.pages.playground import playground
from app.http.pages.reference import reference
from tests.conftest import Server, Workspace

PATHS = ("/", "/graphql", "/metadata", "/rest")
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NAMES = ("graphiql.js", "graphiql.css", "swagger-ui-bundle.js", "swagger-ui.css")
ROOT = Path(__file__).parents[4]

own = Folder.own()
built = Folder("0123456789abcdef", {name: File(Path(name)) for name in NAMES})


CSP = "Content-Security-Policy"


def policy(headers: Mapping[str, str]) -> dict[str, str]:
    """The directives, by name."""
    return dict(directive.split(" ", 1) for directive in headers[CSP].split("; "))


def made(path: str, folder: Folder | None) -> Page:
    return reference(own, folder) if path == "/rest" else playground(path, own, folder)


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_is_the_same_for_all(anonymous: httpx.AsyncClient, workspace: Workspace, path: str) -> None:
    first = await anonymous.get(path, headers=HTML)
    assert (first.status_code, first.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    for headers in (workspace.headers, {"Authorization": "Bearer wrong"}, {"Cookie": "a=b"}):
        assert (await anonymous.get(f"{path}?object=people", headers={**HTML, **headers})).text == first.text
    assert "set-cookie" not in first.headers


@pytest.mark.parametrize("path", PATHS)
async def test_what_a_page_may_do(anonymous: httpx.AsyncClient, path: str) -> None:
    response = await anonymous.get(path, headers=HTML)
    allowed = policy(response.headers)
    for directive in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        assert allowed[directive] == "'none'"
    assert allowed["connect-src"] == "'self'"
    assert "unsafe" not in allowed["script-src"] and "*" not in allowed["script-src"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert (
        re.findall(r"<script(?![^>]* src=)(?![^>]*application/json)|\son\w+=|<style|style=|javascript:", response.text)
        == []
    )
    for address in re.findall(r'(?:src|href)="(/assets/[^"]+)"', response.text):
        assert (await anonymous.get(address)).status_code == 200


async def test_the_records_are_shown_by_strict_rules(anonymous: httpx.AsyncClient) -> None:
    allowed = policy((await anonymous.get("/", headers=HTML)).headers)
    assert allowed["script-src"] == allowed["style-src"] == "'self'"
    assert allowed["require-trusted-types-for"] == "'script'"


@pytest.mark.parametrize("path", PATHS[1:])
def test_what_was_built_needs_nobody_else(path: str) -> None:
    page = made(path, built)
    assert not re.search(r"https?://", page.text.replace("http://www.w3.org", "")), page.text
    assert "http" not in page.headers[CSP] and "'self'" in policy(page.headers)["script-src"]
    sources = json.loads(re.findall(r'id="sources">(.*?)</script>', page.text)[0])
    assert "integrity" not in json.dumps(sources) and built.digest in json.dumps(sources)


@pytest.mark.parametrize("path", PATHS[1:])
def test_what_was_not_built_comes_from_the_cdn_alone_and_is_checked(path: str) -> None:
    page = made(path, None)
    assert set(re.findall(r"https?://[^\s;]+", page.headers[CSP])) == {CDN}
    sources = json.loads(re.findall(r'id="sources">(.*?)</script>', page.text)[0])
    for source in (*sources["scripts"], *sources["styles"]):
        assert re.fullmatch(rf"{CDN}/[a-z-]+@\d+\.\d+\.\d+/\S+", source["address"])
        assert re.fullmatch(r"sha384-[A-Za-z0-9+/]{64}", source["integrity"])


def test_both_ways_to_swagger_ui_have_one_version() -> None:
    versions = json.loads((ROOT / "app/http/pages/npm/package.json").read_text())["dependencies"]
    for source in (*SWAGGER_SCRIPTS, *SWAGGER_STYLES):
        assert f"swagger-ui-dist@{versions['swagger-ui-dist']}/" in source["address"]
    assert len({source["address"] for source in (*GRAPHIQL_SCRIPTS, *GRAPHIQL_STYLES)}) == 4


async def test_programs_are_told_the_addresses(anonymous: httpx.AsyncClient, workspace: Workspace) -> None:
    for headers in ({"Accept": "application/json"}, {"Accept": "*/*"}, {}):
        response = await anonymous.get("/", headers=headers)
        assert response.headers["Content-Type"].startswith("application/json")
    told = response.json()
    assert told.pop("name") == "Icosa"
    for path in told.values():
        asked = {"query": "{__typename}"} if path in ("/graphql", "/metadata") else {}
        response = await anonymous.get(path, params=asked, headers=workspace.headers)
        assert response.status_code == 200
    assert (await anonymous.post("/")).status_code == 405
    assert (await anonymous.head("/")).status_code == 200


@pytest.mark.parametrize("path", PATHS[1:])
def test_the_commands_of_a_page_do_what_it_says(server: Server, workspace: Workspace, path: str) -> None:
    """All but the one that needs an id."""
    commands = [unescape(text) for text in re.findall(r"<code>(curl .*?)</code>", made(path, None).text, re.DOTALL)]
    assert len(commands) >= 1
    for command in commands:
        if "/ID" not in command:
            command = command.replace("URL", server.url).replace("curl ", "curl -sS --fail-with-body ")
            environment = {"TOKEN": workspace.token, "PATH": "/usr/local/bin:/usr/bin:/bin"}
            done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, timeout=30)
            assert done.returncode == 0, (command, done.stdout, done.stderr)
            assert "errors" not in json.loads(done.stdout), (command, done.stdout)
