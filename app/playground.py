"""GraphiQL as one page. The token comes in the address's fragment, which browsers never send, and stays in the tab."""

# Releases on the CDN never change, and browsers check each file against its digest before it runs beside the token.
CDN = "https://unpkg.com"
REACT = f"{CDN}/react@18.3.1/umd/react.production.min.js"
REACT_DIGEST = "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z"
REACT_DOM = f"{CDN}/react-dom@18.3.1/umd/react-dom.production.min.js"
REACT_DOM_DIGEST = "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1"
GRAPHIQL = f"{CDN}/graphiql@3.8.3/graphiql.min.js"
GRAPHIQL_DIGEST = "sha384-HbRVEFG0JGJZeAHCJ9Xm2+tpknBQ7QZmNlO/DgZtkZ0aJSypT96YYGRNod99l9Ie"
STYLE = f"{CDN}/graphiql@3.8.3/graphiql.min.css"
STYLE_DIGEST = "sha384-Mq3vbRBY71jfjQAt/DcjxUIYY33ksal4cgdRt9U/hNPvHBCaT2JfJ/PTRiPKf0aM"

HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        f"default-src 'none'; script-src 'unsafe-inline' {CDN}; style-src 'unsafe-inline' {CDN}; "
        "img-src 'self' data:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

SCRIPT = """
const KEY = 'icosa-token';
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
const given = new URLSearchParams(location.hash.slice(1)).get('token');
if (given) {
  sessionStorage.setItem(KEY, given);
  history.replaceState(null, '', location.pathname + location.search);
}
const bar = document.getElementById('bar');
const field = document.getElementById('token');
function showBar() { bar.hidden = Boolean(sessionStorage.getItem(KEY)); }
bar.addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, field.value.trim());
  location.reload();
});
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
showBar();
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
<link rel="stylesheet" href="{STYLE}" integrity="{STYLE_DIGEST}" crossorigin="anonymous">
<style>
html, body {{ height: 100%; margin: 0; }}
body {{ display: flex; flex-direction: column; font: 14px system-ui, sans-serif; }}
#bar {{ display: flex; gap: 8px; align-items: center; padding: 8px 12px; background: #fff3cd; color: #533f03; }}
#bar[hidden] {{ display: none; }}
#token {{ flex: 1; padding: 4px 6px; }}
#graphiql {{ flex: 1; min-height: 0; }}
</style>
</head>
<body>
<form id="bar" hidden>
<label for="token">Token (from <code>icosa token create</code>)</label>
<input id="token" type="password" autocomplete="off" required>
<button>Use</button>
</form>
<main id="graphiql">Loading…</main>
<script src="{REACT}" integrity="{REACT_DIGEST}" crossorigin="anonymous"></script>
<script src="{REACT_DOM}" integrity="{REACT_DOM_DIGEST}" crossorigin="anonymous"></script>
<script src="{GRAPHIQL}" integrity="{GRAPHIQL_DIGEST}" crossorigin="anonymous"></script>
<script>{SCRIPT}</script>
</body>
</html>
"""
