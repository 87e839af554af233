"""Where pages take from what was not built: a CDN, whose releases never change.

Browsers check each file against its digest before it runs beside the token.
"""

from collections.abc import Mapping, Sequence

CDN = "https://unpkg.com"

Source = Mapping[str, str]


def source(path: str, digest: str) -> Source:
    return {"address": f"{CDN}/{path}", "integrity": digest}


GRAPHIQL_SCRIPTS: Sequence[Source] = (
    source(
        "react@18.3.1/umd/react.production.min.js",
        "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
    ),
    source(
        "react-dom@18.3.1/umd/react-dom.production.min.js",
        "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
    ),
    source(
        "graphiql@3.8.3/graphiql.min.js",
        "sha384-HbRVEFG0JGJZeAHCJ9Xm2+tpknBQ7QZmNlO/DgZtkZ0aJSypT96YYGRNod99l9Ie",
    ),
)
"""The last major version of GraphiQL that is one file, without the explorer."""

GRAPHIQL_STYLES: Sequence[Source] = (
    source(
        "graphiql@3.8.3/graphiql.min.css",
        "sha384-Mq3vbRBY71jfjQAt/DcjxUIYY33ksal4cgdRt9U/hNPvHBCaT2JfJ/PTRiPKf0aM",
    ),
)

SWAGGER_SCRIPTS: Sequence[Source] = (
    source(
        "swagger-ui-dist@5.35.0/swagger-ui-bundle.js",
        "sha384-gjRm0bEPMeTmMh5jT2cHccIwCUZSTd8YC+j0d0sXw0MdGEfScduGpSyF3ZSSLkX9",
    ),
)

SWAGGER_STYLES: Sequence[Source] = (
    source(
        "swagger-ui-dist@5.35.0/swagger-ui.css",
        "sha384-WlYgdmXYOOBWL5apwjDEZwN+U3HmXSSu5R6V5aGxEcf7z+KuRNwBhoxKVN1i3D5I",
    ),
)
