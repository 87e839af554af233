"""The records in a real browser: pages, order, conditions, relations, and nothing of them is read as HTML."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from tests.browser.conftest import Browsing, Product
from tests.browser.test_playground import CREATE, CREATE_PEOPLE

PEOPLE = 120
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest_asyncio.fixture(scope="module")
async def company(product: Product) -> str:
    """The id of one with many people."""
    made = await product.ask(CREATE, data=[{"name": "Zebra Works", "domainName": {"primaryLinkUrl": "zebra.example"}}])
    company = made["createCompanies"][0]["id"]
    people = [{"name": {"firstName": f"P{n:03}", "lastName": "Paged"}, "companyId": company} for n in range(PEOPLE)]
    await product.ask(CREATE_PEOPLE, data=people)
    return str(company)


async def at(browsing: Browsing, product: Product, place: str) -> Any:
    await browsing.page.goto(product.pages["Records"])
    await browsing.page.locator("#objects a").first.wait_for()
    await browsing.page.goto(f"{product.url}/{place}")
    return browsing.page


async def names(page: Any) -> list[str]:
    return list(await page.locator("tbody th").all_inner_texts())


async def test_pages_of_people(browsing: Browsing, product: Product, company: str) -> None:
    page = browsing.page
    await page.goto(product.pages["Records"])
    await page.get_by_role("navigation", name="Objects").get_by_role("link", name="People").click()
    await page.get_by_role("heading", name="People").wait_for()
    await page.get_by_label("Field").select_option(label="Name: last name")
    await page.get_by_label("Condition").select_option(label="is")
    await page.get_by_label("Value").fill("Paged")
    await page.get_by_role("button", name="Filter").click()
    await page.get_by_text("1–50 of 120", exact=True).wait_for()
    await page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    await page.locator("th[aria-sort=ascending]").wait_for()
    assert (await names(page))[0] == "P000 Paged"
    await browsing.shoot("home-people")
    for extent, first, turn in (
        ("51–100 of 120", "P050 Paged", "Next"),
        ("101–120 of 120", "P100 Paged", "Next"),
        ("51–100 of 120", "P050 Paged", "Previous"),
        ("1–50 of 120", "P000 Paged", "Previous"),
    ):
        await page.get_by_role("link", name=turn).click()
        await page.get_by_text(extent, exact=True).wait_for()
        assert (await names(page))[0] == first
    await page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    await page.locator("th[aria-sort=descending]").wait_for()
    assert (await names(page))[0] == "P119 Paged"
    await page.go_back()
    await page.locator("th[aria-sort=ascending]").wait_for()
    assert await browsing.holds(product.token) == []


async def test_those_who_share_a_first_name(browsing: Browsing, product: Product) -> None:
    last_names = ["Cress", "Alder", "Birch"]
    await product.ask(CREATE_PEOPLE, data=[{"name": {"firstName": "Twin", "lastName": last}} for last in last_names])
    page = await at(browsing, product, "#/people?f=name.firstName~is~Twin&sort=name.firstName")
    await page.get_by_text("1–3 of 3", exact=True).wait_for()
    assert await names(page) == ["Twin Alder", "Twin Birch", "Twin Cress"]


async def test_a_company_is_found_and_its_people_followed(browsing: Browsing, product: Product, company: str) -> None:
    """Without GraphQL, and without a mouse."""
    page = browsing.page
    await page.goto(product.pages["Records"])
    await page.locator("#objects a").first.wait_for()
    await page.get_by_label("Find a record").focus()
    await page.keyboard.type("zebra")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Zebra Works Company").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Zebra Works").wait_for()
    await page.get_by_text("zebra.example").wait_for()
    await browsing.shoot("home-company")
    await page.get_by_role("link", name="All 120").focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("1–50 of 120", exact=True).wait_for()
    await page.get_by_text("Company is Zebra Works").wait_for()
    await page.locator("tbody tr").first.get_by_role("link", name="Zebra Works").click()
    await page.get_by_role("heading", name="Zebra Works").wait_for()


async def test_a_condition_through_a_relation(browsing: Browsing, product: Product, company: str) -> None:
    page = await at(browsing, product, "#/people?f=company.name~contains~zebra&f=city~empty~")
    await page.get_by_text("1–50 of 120", exact=True).wait_for()
    await page.get_by_role("button", name="Remove: City is empty").click()
    await page.get_by_text("City is empty").wait_for(state="detached")
    assert await page.locator(".condition").count() == 1


async def test_the_objects_are_counted(browsing: Browsing, product: Product, company: str) -> None:
    page = await at(browsing, product, "#/")
    people = (await product.ask("{ people { totalCount } }"))["people"]["totalCount"]
    await page.locator('.cards [data-count="person"]', has_text=str(people)).wait_for()
    await page.get_by_text("More objects").click()
    assert await page.locator("#objects a").count() == 37
    await browsing.shoot("home")


async def test_every_object_has_a_table(browsing: Browsing, product: Product, company: str) -> None:
    page = await at(browsing, product, "#/")
    places = await page.locator("#objects a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    for place in places:
        await page.evaluate("place => { location.hash = place; }", place)
        await page.locator(f'#objects a[href="{place}"][aria-current]').wait_for(state="attached")
        await page.locator("main:not([aria-busy]) .pager").wait_for()
        assert await page.locator(".fault").count() == 0, await page.locator(".fault").all_inner_texts()


async def test_what_records_hold_is_text(browsing: Browsing, product: Product) -> None:
    link = {"primaryLinkUrl": "javascript:alert(1)", "primaryLinkLabel": HOSTILE}
    made = await product.ask(CREATE, data=[{"name": HOSTILE, "linkedinLink": link}])
    page = await at(browsing, product, f"#/companies?f=name~contains~{HOSTILE[:4]}".replace("<", "%3C"))
    await page.get_by_role("link", name=HOSTILE).first.wait_for()
    await page.evaluate("id => { location.hash = `#/companies/${id}`; }", made["createCompanies"][0]["id"])
    await page.get_by_role("heading", name=HOSTILE).wait_for()
    assert await page.locator("main img").count() == 0
    assert await page.locator('a[href^="javascript"]').count() == 0


async def test_without_a_token_there_is_nothing_of_anybody(browsing: Browsing, product: Product) -> None:
    page = browsing.page
    await page.goto(f"{product.url}/#/people")
    await page.locator("#token").wait_for()
    assert await page.locator("#objects a").count() == 0
    await page.locator("#token").fill("wrong")
    await page.locator("#bar button").click()
    await page.locator(".fault").wait_for()
    await page.get_by_text("The server refused that token.").wait_for()
    assert await page.locator("#bar").is_visible()
    browsing.complaints.clear()  # a refused request is told in the console
    await page.locator("#token").fill(product.token)
    await page.locator("#bar button").click()
    await page.get_by_role("heading", name="People").wait_for()
    await page.get_by_role("button", name="Forget token").click()
    await page.locator("#token").wait_for()


async def test_a_key_that_may_not_read_all_sees_what_it_may(browsing: Browsing, product: Product, company: str) -> None:
    """Relations to what it may not read are left out of tables and records."""
    end = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    data = {"name": "Just people", "expiresAt": end, "scopes": ["people:read", "companies:create"]}
    key = await product.ask("mutation($data: ApiKeyCreateInput!) { createApiKey(data: $data) { id } }", data=data)
    minted = await product.ask(
        "mutation($id: String!, $at: String!) { generateApiKeyToken(apiKeyId: $id, expiresAt: $at) { token } }",
        id=key["createApiKey"]["id"],
        at=end,
    )
    page = browsing.page
    await page.goto(f"{product.url}/#token={minted['generateApiKeyToken']['token']}")
    await page.get_by_role("navigation", name="Objects").get_by_role("link", name="People").click()
    await page.locator("tbody tr").first.wait_for()
    assert await page.locator("#objects a").count() == 1
    assert await page.get_by_role("columnheader", name="Company").count() == 0
    await page.locator("tbody th a").first.click()
    await page.locator(".fields").wait_for()
    assert await page.locator(".fault").count() == 0
