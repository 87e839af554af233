"""GraphiQL in a real browser: queries are answered, also when they change, and the token shows up nowhere."""

from typing import Any

import pytest

from tests.browser.conftest import Browsing, Product

EDITOR = ".graphiql-query-editor .monaco-editor"
RESULT = ".result-window .view-lines"
RUN = ".graphiql-execute-button"
SETTLES = 800
"""Milliseconds until GraphiQL has read a document, whose operation it names when it runs it."""
CREATE = "mutation($data: [CompanyCreateInput!]!) { createCompanies(data: $data) { id } }"
CREATE_PEOPLE = "mutation($data: [PersonCreateInput!]!) { createPeople(data: $data) { id } }"


async def run(page: Any) -> None:
    """As soon as the editors are there, without which the button does nothing."""
    await page.locator(f"{EDITOR} .view-line").first.wait_for()
    await page.locator(RESULT).wait_for(state="attached")
    await page.locator(RUN).click()


async def choose(page: Any, tab: str) -> None:
    await page.locator(f"{EDITOR} .view-line").first.wait_for()
    await page.get_by_role("tab", name=tab).click()
    await page.locator(EDITOR, has_text=tab).wait_for()
    await page.wait_for_timeout(SETTLES)


async def write(page: Any, query: str) -> None:
    await page.locator(EDITOR).click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(query)
    await page.wait_for_timeout(SETTLES)


async def answers(page: Any, text: str) -> None:
    await page.locator(RESULT, has_text=text).wait_for()


async def test_a_nested_query_from_the_printed_address(browsing: Browsing, product: Product) -> None:
    made = await product.ask(CREATE, data=[{"name": "Aardvark of the playground"}])
    person = {"name": {"firstName": "Nested", "lastName": "Person"}, "companyId": made["createCompanies"][0]["id"]}
    await product.ask(CREATE_PEOPLE, data=[person])
    await browsing.page.goto(product.pages["GraphiQL"])
    await run(browsing.page)
    await answers(browsing.page, "Aardvark of the playground")
    await answers(browsing.page, '"firstName": "Nested"')
    await browsing.shoot("graphiql")
    assert await browsing.page.evaluate("location.href") == f"{product.url}/graphql"
    assert await browsing.holds(product.token) == []

    await browsing.page.reload()  # the tab remembers the token
    await run(browsing.page)
    await answers(browsing.page, "Aardvark of the playground")


async def test_person_is_found_in_the_documentation(browsing: Browsing, product: Product) -> None:
    page = browsing.page
    await page.goto(product.pages["GraphiQL"])
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await page.get_by_label("Search").click()
    await page.keyboard.type("Person", delay=20)
    await page.get_by_role("option").get_by_text("Person", exact=True).first.click()
    await page.locator(".graphiql-doc-explorer-title", has_text="Person").wait_for()
    await page.locator(".graphiql-doc-explorer-field-name", has_text="jobTitle").wait_for()
    await browsing.shoot("documentation")


async def test_a_live_query_changes(browsing: Browsing, product: Product) -> None:
    await browsing.page.goto(product.pages["GraphiQL"])
    await choose(browsing.page, "Live")
    await run(browsing.page)
    await answers(browsing.page, '"totalCount"')
    for name in ("Born while somebody looks", "Born right after"):
        await product.ask(CREATE, data=[{"name": name}])
        await answers(browsing.page, name)
    await run(browsing.page)  # stops it
    await product.ask(CREATE, data=[{"name": "Born unseen"}])
    await browsing.page.wait_for_timeout(1000)
    assert "Born unseen" not in await browsing.page.locator(RESULT).inner_text()


@pytest.mark.parametrize(("tab", "answer"), [("Batch", '"firstName": "Grace"'), ("ThroughRelation", '"people"')])
async def test_the_other_tabs_run_as_they_are(browsing: Browsing, product: Product, tab: str, answer: str) -> None:
    await browsing.page.goto(product.pages["GraphiQL"])
    await choose(browsing.page, tab)
    await run(browsing.page)
    await answers(browsing.page, answer)
    assert '"errors"' not in await browsing.page.locator(RESULT).inner_text()


async def test_history_and_explorer(browsing: Browsing, product: Product) -> None:
    page = browsing.page
    await page.goto(product.pages["GraphiQL"])
    await write(page, "query OfHistory { companies { totalCount } }")
    await run(page)
    await answers(page, '"totalCount"')
    await page.get_by_role("button", name="Show History").click()
    await page.locator(".graphiql-history-item", has_text="OfHistory").first.wait_for()
    await page.get_by_role("button", name="Show GraphiQL Explorer").click()
    await (
        page.locator(".graphiql-explorer-root", has_text="createPerson")
        .or_(page.locator(".graphiql-explorer-root", has_text="companies"))
        .first.wait_for()
    )
    await browsing.shoot("explorer")


async def test_the_model_is_one_click_away(browsing: Browsing, product: Product) -> None:
    await browsing.page.goto(product.pages["GraphiQL"])
    await browsing.page.locator(RUN).wait_for()
    await browsing.page.get_by_role("link", name="Model").click()
    await browsing.page.wait_for_url("**/metadata")
    await run(browsing.page)
    await answers(browsing.page, '"nameSingular"')


async def test_a_token_can_be_typed(browsing: Browsing, product: Product) -> None:
    await browsing.page.goto(f"{product.url}/graphql")
    await browsing.page.locator("#bar").wait_for()
    await browsing.page.locator("#token").fill(f" Bearer {product.token}")
    await browsing.page.locator("#bar button").click()
    await write(browsing.page, "query Counted { notes { totalCount } }")
    await run(browsing.page)
    await answers(browsing.page, '"totalCount"')
    assert await browsing.page.locator("#bar").is_hidden()
    assert await browsing.holds(product.token) == []
    assert all("401" in complaint for complaint in browsing.complaints)  # which a browser tells by itself
    browsing.complaints.clear()
