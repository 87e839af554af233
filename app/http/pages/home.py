"""`/`: what this server is, and its records as tables, to look at. Programs get the addresses of the APIs."""

from starlette.requests import Request
from starlette.responses import Response

from app.http import replies
from app.http.graphql_request import accepts_html
from app.http.pages.files import Folder
from app.http.pages.page import REST_PATH, page
from app.http.refusals import GRAPHQL_PATH, METADATA_PATH
from rest_shim.routing import Handle

MAIN = """<aside id="side">
<form id="search" role="search">
<label for="words">Find a record</label>
<input id="words" type="search" autocomplete="off" placeholder="Name, e-mail, title…">
</form>
<nav aria-label="Objects"><ul id="objects"></ul></nav>
</aside>
<main id="main" tabindex="-1">
<section id="about">
<h1>A CRM server</h1>
<p>People, companies, opportunities, tasks, notes, messages and more, as records on PostgreSQL. Here they are to look
at; programs read and write them over GraphQL or REST.</p>
<ul>
<li><a href="/graphql">GraphQL</a> <span>a playground for queries, changes and live queries</span></li>
<li><a href="/metadata">Model</a> <span>the objects and fields, as GraphQL describes them</span></li>
<li><a href="/rest">REST</a> <span>the reference of each object, to send requests from</span></li>
</ul>
</section>
<noscript><p>The tables need JavaScript. The APIs do not.</p></noscript>
</main>
<p id="status" class="visually-hidden" role="status"></p>"""
POLICY = {"require-trusted-types-for": "'script'"}  # nothing here is ever read as HTML
ADDRESSES = {
    "name": "Icosa",
    "graphql": GRAPHQL_PATH,
    "metadata": METADATA_PATH,
    "rest": REST_PATH,
    "openApi": f"{REST_PATH}/open-api/core",
    "health": "/healthz",
}


def home(own: Folder) -> Handle:
    shown = page(own, path="/", name="home", title="Records", main=MAIN, policy=POLICY)

    async def respond(request: Request) -> Response:
        if accepts_html(request.headers) or request.method not in ("GET", "HEAD"):
            return await shown(request)
        return replies.plain(ADDRESSES)

    return respond
