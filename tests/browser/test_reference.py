"""The reference of the REST API in a real browser: Swagger UI lists the operations and carries them out."""

import httpx

from tests.browser.conftest import Browsing
from tests.conftest import Workspace

OPERATION = "#operations-companies-findManyCompanies"


async def test_an_operation_is_carried_out_and_the_token_shows_up_nowhere(
    browsing: Browsing, client: httpx.AsyncClient, workspace: Workspace
) -> None:
    assert (await client.post("/rest/companies", json={"name": "Acme of the browser"})).status_code == 201
    page = browsing.page
    await page.goto(f"{browsing.origin}/rest#token={workspace.token}")
    await page.locator('.opblock-tag[data-tag="companies"]').click()
    await page.locator(f"{OPERATION} .opblock-summary").click()
    await page.locator(f"{OPERATION} .try-out__btn").click()
    await page.locator(f"{OPERATION} .execute").click()
    await page.locator(f"{OPERATION} .live-responses-table", has_text="Acme of the browser").wait_for()

    assert await page.evaluate("location.href") == f"{browsing.origin}/rest"
    assert not [url for url in browsing.requested if workspace.token in url.partition("#")[0]]
    assert workspace.token not in await page.evaluate("JSON.stringify(localStorage) + document.cookie")
    assert browsing.complaints == []


async def test_without_a_token_the_page_asks_for_one(browsing: Browsing, workspace: Workspace) -> None:
    page = browsing.page
    await page.goto(f"{browsing.origin}/rest")
    await page.locator("#bar").wait_for()
    await page.locator("#token").fill(workspace.token)
    await page.locator("#bar button").click()
    await page.locator('.opblock-tag[data-tag="people"]').wait_for()
    assert await page.locator("#bar").is_hidden()
