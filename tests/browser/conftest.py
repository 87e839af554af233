"""A real browser at the product as it is started: what it asks for, what it is given, and what it complains of.

`make test-browser` installs what this needs and runs it; elsewhere it is skipped. No request may leave the machine:
where the pages were not built, the browser is handed the files of the npm packages that the CDN serves, and checks them
against the page's digests.
"""

import importlib
import os
import re
import shutil
import tarfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from app.http.pages.cdn import CDN
from tests.app.commands.test_main import free_port, serving

PACKAGES = "BROWSER_PACKAGES"
"""The folder with the CDN's packages, as npm packs them: `react-18.3.1.tgz`. Screenshots are left there too."""

TYPES = {".js": "text/javascript", ".css": "text/css"}
WIDE = {"width": 1360, "height": 860}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if PACKAGES not in os.environ and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="make test-browser runs this"))


@dataclass(frozen=True, slots=True)
class Product:
    """A server as `icosa serve` starts it, and the addresses that it printed."""

    url: str
    token: str
    pages: Mapping[str, str]

    async def ask(self, query: str, **variables: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30) as client:
            answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    data_dir = DataDir.temporary("icosa-browser-")
    port = free_port()
    try:
        with serving(data_dir, port) as process:
            assert process.stdout
            printed = ""
            while "\nTry " not in printed:
                printed += process.stdout.readline()
            pages = dict(re.findall(r"^(Records|GraphiQL|REST) +(\S+)$", printed, re.MULTILINE))
            token = re.search(r"^Token +(\S+)$", printed, re.MULTILINE)
            assert token and len(pages) == 3, printed
            yield Product(f"http://127.0.0.1:{port}", token[1], pages)
            process.terminate()
            process.wait(30)
    finally:
        embedded.remove(data_dir)


class Browsing:
    """A page of a browser, with all that it asked for and complained of."""

    def __init__(self, page: Any, origin: str, *, has_cdn: bool = False) -> None:
        self.page = page
        self.origin = origin
        self.has_cdn = has_cdn
        self.requested: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.complaints: list[str] = []
        page.on("request", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"a dialog: {dialog.message}"))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)

    def _note(self, request: Any) -> None:
        self.requested.append(request.url)
        self.headers.append(request.headers)

    async def serve(self, route: Any, _: Any = None) -> None:
        """Our own server's answers, the CDN's files from the packages where there is one, and nothing else."""
        url = route.request.url
        if url.startswith(f"{self.origin}/"):
            await route.continue_()
        elif url.startswith(f"{CDN}/") and self.has_cdn:
            kind = TYPES[Path(url).suffix]
            await route.fulfill(body=packed(url), headers={"Content-Type": kind, "Access-Control-Allow-Origin": "*"})
        else:
            self.complaints.append(f"asked for {url}")
            await route.abort()

    async def shoot(self, name: str) -> None:
        await self.page.screenshot(path=Path(os.environ[PACKAGES]) / f"{name}.png")

    async def holds(self, token: str) -> list[str]:
        """Where the token can be found, but for the tab's own storage."""
        stored = await self.page.evaluate("JSON.stringify(localStorage) + document.cookie + location.href")
        places = {
            "the document": await self.page.content(),
            "storage": stored,
            "an address": "\n".join(url.partition("#")[0] for url in self.requested),
            "a referrer": "\n".join(sent.get("referer", "") for sent in self.headers),
        }
        return [place for place, text in places.items() if token in text]


def packed(url: str) -> bytes:
    """The file that the CDN has at an address such as `…/react@18.3.1/umd/react.production.min.js`."""
    found = re.fullmatch(rf"{re.escape(CDN)}/([a-z-]+)@([0-9.]+)/(.+)", url)
    assert found, url
    name, version, path = found.groups()
    with tarfile.open(Path(os.environ[PACKAGES]) / f"{name}-{version}.tgz") as package:
        file = package.extractfile(f"package/{path}")
        assert file
        return file.read()


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Any]:
    playwright = importlib.import_module("playwright.async_api")
    async with playwright.async_playwright() as started:
        launched = await started.chromium.launch(executable_path=shutil.which("chromium"))
        yield launched
        await launched.close()


async def opened(browser: Any, origin: str, *, has_cdn: bool = False) -> Browsing:
    context = await browser.new_context(viewport=WIDE)
    page = await context.new_page()
    made = Browsing(page, origin, has_cdn=has_cdn)
    await page.route("**/*", made.serve)
    return made


@pytest_asyncio.fixture
async def browsing(browser: Any, product: Product) -> AsyncIterator[Browsing]:
    """Nothing may be complained of, and nothing asked of others."""
    made = await opened(browser, product.url)
    yield made
    await made.page.context.close()
    assert made.complaints == []
    assert [url for url in made.requested if not url.startswith((f"{product.url}/", "data:", "blob:"))] == []
