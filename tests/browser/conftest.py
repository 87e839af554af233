"""A real browser for the pages that call the API: what it asks for, what it is given, and what it complains of.

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

import pytest
import pytest_asyncio

from app.http.pages.cdn import CDN
from tests.conftest import Server

PACKAGES = "BROWSER_PACKAGES"
"""The folder with the packages, as npm packs them: `react-18.3.1.tgz`."""

TYPES = {".js": "text/javascript", ".css": "text/css"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if PACKAGES not in os.environ and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="make test-browser runs this"))


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
