"""The reference of REST at `/rest`: an index of the objects, and Swagger UI over the description of one of them.

The description of all of them is for programs: drawn at once, it keeps a browser busy for half a minute.
"""

from typing import Any

from app.http.pages.cdn import CDN, SWAGGER_SCRIPTS, SWAGGER_STYLES
from app.http.pages.files import Folder
from app.http.pages.page import REST_PATH, Page, page
from app.http.pages.plain import plain, rest_command

MAIN = """<main>
<nav id="index" aria-label="Objects">
<label for="find">Find an object</label>
<input id="find" type="search" autocomplete="off" placeholder="people, companies…">
<ul id="objects"></ul>
</nav>
<div id="content">
<section id="start">
<h1>REST</h1>
<p>Each object has the same operations, at <code>/rest/&lt;object&gt;</code>. Choose one to see them, and to send
requests.</p>
<p>For programs there are OpenAPI 3.1 documents, which need the token: all at <code>/rest/open-api/core</code>, and that
of one object at <code>/rest/open-api/core/people</code>.</p>
<ul id="cards" class="cards"></ul>
</section>
<div id="reference" hidden></div>
{plain}
</div>
</main>"""
LEAD = "Swagger UI could not be loaded: it has not been built, and its CDN does not answer."
EXAMPLES = {
    "The first people": rest_command("/rest/people?limit=10"),
    "Create a person": rest_command("/rest/people", '{"name": {"firstName": "Ada", "lastName": "Lovelace"}}'),
    "People in Rome, the newest first": rest_command(
        "/rest/people?filter=city[eq]:Rome&order_by=createdAt[DescNullsLast]"
    ),
    "Change a person": rest_command("/rest/people/ID", '{"city": "London"}', "PATCH"),
    "The description of an object": rest_command("/rest/open-api/core/people"),
    "The objects and their fields": rest_command("/rest/metadata/objects"),
}


def reference(own: Folder, built: Folder | None) -> Page:
    policy: dict[str, str] = {}
    sources: dict[str, Any]
    if built:
        sources = {
            "scripts": [{"address": built.address("swagger-ui-bundle.js")}],
            "styles": [{"address": built.address("swagger-ui.css")}],
        }
    else:
        sources = {"scripts": SWAGGER_SCRIPTS, "styles": SWAGGER_STYLES}
        policy = {"script-src": f"'self' {CDN}", "style-src": f"'self' {CDN}"}
    return page(
        own,
        path=REST_PATH,
        name="reference",
        title="REST",
        main=MAIN.format(plain=plain("REST at /rest", LEAD, EXAMPLES)),
        policy=policy,
        sources=sources,
    )
