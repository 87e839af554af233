"""The playground in a real browser: GraphiQL loads, queries are answered, and the token shows up nowhere.

`make test-browser` installs what this needs and runs it; elsewhere it is skipped. The CDN need not be reachable: the
browser is handed the files of the npm packages that the CDN serves, and checks them against the page's digests.
"""

import importlib
import os
import re
import shutil
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.playground import CDN
from tests.conftest import Server, Workspace

PACKAGES = "PLAYGROUND_PACKAGES"
"""The folder with the packages, as npm packs them: `react-18.3.1.tgz`."""

pytestmark = pytest.mark.skipif(PACKAGES not in os.environ, reason="make test-browser runs this")

EDITOR = ".graphiql-query-editor .CodeMirror"
RESULT = ".result-window"
TYPES = {".js": "text/javascript", ".css": "text/css"}


class Browsing:
    """A page of a browser, with all that it asked for and complained of."""

    def __init__(self, page: Any, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.requested: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.complaints: list[str] = []
        page.on("request", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)

    def _note(self, request: Any) -> None:
        self.requested.append(request.url)
        self.headers.append(request.headers)

    async def serve(self, route: Any) -> None:
        """The CDN's files from the packages, our own server's answers, and nothing else."""
        url = route.request.url
        if url.startswith(f"{self.origin}/"):
            await route.continue_()
        elif url.startswith(f"{CDN}/"):
            kind = TYPES[Path(url).suffix]
            await route.fulfill(body=packed(url), headers={"Content-Type": kind, "Access-Control-Allow-Origin": "*"})
        else:
            self.complaints.append(f"asked for {url}")
            await route.abort()

    async def run(self, query: str) -> None:
        await self.page.locator(EDITOR).click()
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.type(query)
        await self.page.keyboard.press("Escape")
        await self.page.keyboard.press("Control+Enter")

    async def answers(self, text: str) -> None:
        await self.page.locator(RESULT, has_text=text).wait_for()


def packed(url: str) -> bytes:
    """The file that the CDN has at an address such as `…/react@18.3.1/umd/react.production.min.js`."""
    found = re.fullmatch(rf"{re.escape(CDN)}/([a-z-]+)@([0-9.]+)/(.+)", url)
    assert found, url
    name, version, path = found.groups()
    with tarfile.open(Path(os.environ[PACKAGES]) / f"{name}-{version}.tgz") as package:
        file = package.extractfile(f"package/{path}")
        assert file
        return file.read()


@pytest_asyncio.fixture
async def browsing(server: Server) -> AsyncIterator[Browsing]:
    playwright = importlib.import_module("playwright.async_api")
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(executable_path=shutil.which("chromium"))
        page = await browser.new_page()
        made = Browsing(page, server.url)
        await page.route("**/*", made.serve)
        yield made
        await browser.close()


@pytest.mark.parametrize(
    ("path", "query", "answer"),
    [
        ("/graphql", "{ companies { edges { node { name } } } }", "Acme of the browser"),
        ("/metadata", "{ objects(paging: { first: 1 }) { edges { node { nameSingular } } } }", "apiKey"),
    ],
)
async def test_a_query_is_answered_and_the_token_shows_up_nowhere(
    browsing: Browsing, client: httpx.AsyncClient, workspace: Workspace, path: str, query: str, answer: str
) -> None:
    created = 'mutation { createCompany(data: {name: "Acme of the browser"}) { id } }'
    assert (await client.post("/graphql", json={"query": created})).status_code == 200
    await browsing.page.goto(f"{browsing.origin}{path}#token={workspace.token}")
    await browsing.run(query)
    await browsing.answers(answer)

    assert await browsing.page.evaluate("location.href") == f"{browsing.origin}{path}"
    assert not [url for url in browsing.requested if workspace.token in url.partition("#")[0]]
    assert not [sent for sent in browsing.headers if workspace.token in sent.get("referer", "")]
    assert workspace.token not in await browsing.page.content()
    assert workspace.token not in await browsing.page.evaluate("JSON.stringify(localStorage) + document.cookie")
    assert {url for url in browsing.requested if not url.startswith(browsing.origin)} != set()
    assert browsing.complaints == []

    await browsing.page.reload()  # the tab remembers the token
    await browsing.run(query)
    await browsing.answers(answer)


async def test_a_token_can_be_typed(browsing: Browsing, workspace: Workspace) -> None:
    """What the server refuses is asked for again."""
    await browsing.page.goto(f"{browsing.origin}/graphql#token=wrong")
    await browsing.page.locator("#bar").wait_for()
    await browsing.page.locator("#token").fill(workspace.token)
    await browsing.page.locator("#bar button").click()
    await browsing.run("{ companies { totalCount } }")
    await browsing.answers('"totalCount": 0')
    assert await browsing.page.locator("#bar").is_hidden()
    assert workspace.token not in await browsing.page.content()
