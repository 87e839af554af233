"""What the pages have in common: their frame, and what a browser lets them do.

A page holds nothing of any workspace. Its scripts ask the API for that, with the token that a reader gives in the
address's fragment, which browsers never send, or in a form; it stays in the tab.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.http.pages.files import Folder
from app.http.refusals import GRAPHQL_PATH, METADATA_PATH
from schema.errors import MethodNotAllowed
from schema.values.messages import shown

REST_PATH = "/rest"
LINKS = {"/": "Records", GRAPHQL_PATH: "GraphQL", METADATA_PATH: "Model", REST_PATH: "REST"}

FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} · Icosa</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="{icon}">
{styles}
<script type="application/json" id="sources">{sources}</script>
<script type="module" src="{script}"></script>
</head>
<body class="{name}">
<header class="site">
<a class="brand" href="/"><img src="{icon}" alt="" width="22" height="22">Icosa</a>
<nav aria-label="Pages">{links}</nav>
<button type="button" id="forget" hidden>Forget token</button>
</header>
<form id="bar" aria-label="Token" hidden>
<label for="token">Token (from <code>icosa token create</code>, or as printed at the start)</label>
<input id="token" type="password" autocomplete="off" required>
<button>Use</button>
<strong id="refused" role="alert" hidden>The server refused that token.</strong>
</form>
{main}
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Page:
    """An endpoint that answers the same to all."""

    text: str
    headers: Mapping[str, str]

    async def __call__(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(f"{request.method} is not allowed on {shown(request.scope['path'])}")
        return Response(self.text, media_type="text/html", headers=self.headers)


def page(
    own: Folder,
    *,
    path: str,
    name: str,
    title: str,
    main: str,
    policy: Mapping[str, str],
    sources: Mapping[str, Any] | None = None,
) -> Page:
    """The page at `path`, which `name`.js and `name`.css make, with the `sources` that they load.

    `policy` are directives of a Content-Security-Policy, besides or in place of the strict ones.
    """
    styles = [own.address("page.css"), own.address(f"{name}.css")]
    text = FRAME.format(
        title=escape(title),
        icon=own.address("icon.svg"),
        styles="\n".join(f'<link rel="stylesheet" href="{address}">' for address in styles),
        sources=orjson.dumps(sources or {}).decode().replace("<", "\\u003c"),
        script=own.address(f"{name}.js"),
        name=name,
        links=" ".join(_link(to, label, current=to == path) for to, label in LINKS.items()),
        main=main,
    )
    return Page(text, _headers(policy))


def _link(path: str, label: str, *, current: bool) -> str:
    return f'<a href="{path}"{" aria-current=page" if current else ""}>{label}</a>'


STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def _headers(policy: Mapping[str, str]) -> Mapping[str, str]:
    directives: Sequence[str] = [f"{name} {value}" for name, value in {**STRICT, **policy}.items()]
    return {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": "; ".join(directives),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
