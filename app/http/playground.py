"""GraphiQL as one page."""

from rest_shim.token_page import BAR, CDN, HEADERS, STYLE
from rest_shim.token_page import SCRIPT as TOKEN_SCRIPT

__all__ = ["CDN", "HEADERS", "PAGE"]

REACT = f"{CDN}/react@18.3.1/umd/react.production.min.js"
REACT_DIGEST = "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z"
REACT_DOM = f"{CDN}/react-dom@18.3.1/umd/react-dom.production.min.js"
REACT_DOM_DIGEST = "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1"
GRAPHIQL = f"{CDN}/graphiql@3.8.3/graphiql.min.js"
GRAPHIQL_DIGEST = "sha384-HbRVEFG0JGJZeAHCJ9Xm2+tpknBQ7QZmNlO/DgZtkZ0aJSypT96YYGRNod99l9Ie"
STYLE_SHEET = f"{CDN}/graphiql@3.8.3/graphiql.min.css"
STYLE_SHEET_DIGEST = "sha384-Mq3vbRBY71jfjQAt/DcjxUIYY33ksal4cgdRt9U/hNPvHBCaT2JfJ/PTRiPKf0aM"

SCRIPT = """
const NOTE = '# The token is in this tab alone. Ctrl-Enter runs the query.\\n';
const EXAMPLE = NOTE + (location.pathname.endsWith('/metadata') ? `{
  objects(paging: { first: 40 }) {
    edges { node { nameSingular labelPlural fieldsList { name type } } }
  }
}
` : `{
  companies(first: 10, orderBy: [{ name: AscNullsLast }]) {
    totalCount
    edges { node { id name people(first: 3) { edges { node { name { firstName lastName } } } } } }
  }
}
`);
async function fetcher(parameters, options) {
  const token = sessionStorage.getItem(KEY);
  const response = await fetch(location.pathname, {
    method: 'POST',
    credentials: 'omit',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(token ? { Authorization: 'Bearer ' + token } : {}),
      ...(options && options.headers),
    },
    body: JSON.stringify(parameters),
  });
  if (response.status === 401) { sessionStorage.removeItem(KEY); showBar(); }
  return response.json();
}
if (window.GraphiQL) {
  ReactDOM.createRoot(document.getElementById('graphiql')).render(
    React.createElement(GraphiQL, { fetcher, defaultQuery: EXAMPLE, shouldPersistHeaders: false }));
} else {
  document.getElementById('graphiql').textContent = 'GraphiQL could not be loaded from its CDN.';
}
"""

PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Icosa · GraphQL</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{STYLE_SHEET}" integrity="{STYLE_SHEET_DIGEST}" crossorigin="anonymous">
<style>
html, body {{ height: 100%; margin: 0; }}
body {{ display: flex; flex-direction: column; font: 14px system-ui, sans-serif; }}
{STYLE}#graphiql {{ flex: 1; min-height: 0; }}
</style>
</head>
<body>
{BAR}
<main id="graphiql">Loading…</main>
<script src="{REACT}" integrity="{REACT_DIGEST}" crossorigin="anonymous"></script>
<script src="{REACT_DOM}" integrity="{REACT_DOM_DIGEST}" crossorigin="anonymous"></script>
<script src="{GRAPHIQL}" integrity="{GRAPHIQL_DIGEST}" crossorigin="anonymous"></script>
<script>{TOKEN_SCRIPT}{SCRIPT}</script>
</body>
</html>
"""
