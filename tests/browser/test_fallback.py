"""The pages where nothing was built: from the CDN, whose files are checked, and without that never blank."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.http.pages import files
from app.settings import Settings
from schema.api import Api
from tests.browser.conftest import opened
from tests.conftest import Server, Workspace, run_server


@pytest.fixture
def unbuilt(settings: Settings, api: Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    monkeypatch.setattr(files, "BUILT", tmp_path / "nothing")
    with run_server(settings, api) as server:
        yield server


async def test_graphiql_comes_from_the_cdn(browser: Any, unbuilt: Server, workspace: Workspace) -> None:
    browsing = await opened(browser, unbuilt.url, has_cdn=True)
    await browsing.page.goto(f"{unbuilt.url}/graphql#token={workspace.token}")
    await browsing.page.locator(".graphiql-execute-button").click()
    await browsing.page.locator(".result-window", has_text='"companies"').wait_for()
    assert {url for url in browsing.requested if not url.startswith(unbuilt.url)} != set()
    assert browsing.complaints == []
    assert await browsing.holds(workspace.token) == []


async def test_swagger_ui_comes_from_the_cdn(browser: Any, unbuilt: Server, workspace: Workspace) -> None:
    browsing = await opened(browser, unbuilt.url, has_cdn=True)
    await browsing.page.goto(f"{unbuilt.url}/rest?object=people#token={workspace.token}")
    await browsing.page.locator(".opblock").first.wait_for()
    assert browsing.complaints == []


@pytest.mark.parametrize("path", ["/graphql", "/metadata", "/rest?object=people"])
async def test_without_the_cdn_there_are_commands_to_copy(
    browser: Any, unbuilt: Server, workspace: Workspace, path: str
) -> None:
    browsing = await opened(browser, unbuilt.url)
    await browsing.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await browsing.page.goto(f"{unbuilt.url}{path}#token={workspace.token}")
    plain = browsing.page.locator("#plain")
    await plain.locator("text=curl").first.wait_for()
    await plain.get_by_role("button", name="Copy").first.click()
    await plain.get_by_role("button", name="Copied").wait_for()
    copied = await browsing.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl ") and f"{unbuilt.url}/" in copied and "$TOKEN" in copied
    assert await browsing.holds(workspace.token) == []
    await browsing.shoot("plain")


async def test_the_records_need_nothing_that_is_built(browser: Any, unbuilt: Server, workspace: Workspace) -> None:
    browsing = await opened(browser, unbuilt.url)
    await browsing.page.goto(f"{unbuilt.url}/#token={workspace.token}")
    await browsing.page.get_by_role("navigation", name="Objects").get_by_role("link", name="People").click()
    await browsing.page.get_by_text("There are none yet.").wait_for()
    assert browsing.complaints == []
