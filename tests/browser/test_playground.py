"""The playground in a real browser: GraphiQL loads, queries are answered, and the token shows up nowhere."""

from typing import Any

import httpx
import pytest

from tests.browser.conftest import Browsing
from tests.conftest import Workspace

EDITOR = ".graphiql-query-editor .CodeMirror"
RESULT = ".result-window"


async def run(page: Any, query: str) -> None:
    await page.locator(EDITOR).click()
    await page.keyboard.press("Control+a")
    await page.keyboard.type(query)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+Enter")


async def answers(page: Any, text: str) -> None:
    await page.locator(RESULT, has_text=text).wait_for()


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
    await run(browsing.page, query)
    await answers(browsing.page, answer)

    assert await browsing.page.evaluate("location.href") == f"{browsing.origin}{path}"
    assert not [url for url in browsing.requested if workspace.token in url.partition("#")[0]]
    assert not [sent for sent in browsing.headers if workspace.token in sent.get("referer", "")]
    assert workspace.token not in await browsing.page.content()
    assert workspace.token not in await browsing.page.evaluate("JSON.stringify(localStorage) + document.cookie")
    assert {url for url in browsing.requested if not url.startswith(browsing.origin)} != set()
    assert browsing.complaints == []

    await browsing.page.reload()  # the tab remembers the token
    await run(browsing.page, query)
    await answers(browsing.page, answer)


async def test_a_token_can_be_typed(browsing: Browsing, workspace: Workspace) -> None:
    """What the server refuses is asked for again."""
    await browsing.page.goto(f"{browsing.origin}/graphql#token=wrong")
    await browsing.page.locator("#bar").wait_for()
    await browsing.page.locator("#token").fill(workspace.token)
    await browsing.page.locator("#bar button").click()
    await run(browsing.page, "{ companies { totalCount } }")
    await answers(browsing.page, '"totalCount": 0')
    assert await browsing.page.locator("#bar").is_hidden()
    assert workspace.token not in await browsing.page.content()
