"""The reference of the REST API as one page: Swagger UI over the description of the API.

The token comes in the address's fragment, which browsers never send, and stays in the tab.
"""

# Releases on the CDN never change, and browsers check each file against its digest before it runs beside the token.
CDN = "https://unpkg.com"
SWAGGER = f"{CDN}/swagger-ui-dist@5.35.0/swagger-ui-bundle.js"
SWAGGER_DIGEST = "sha384-gjRm0bEPMeTmMh5jT2cHccIwCUZSTd8YC+j0d0sXw0MdGEfScduGpSyF3ZSSLkX9"
STYLE = f"{CDN}/swagger-ui-dist@5.35.0/swagger-ui.css"
STYLE_DIGEST = "sha384-WlYgdmXYOOBWL5apwjDEZwN+U3HmXSSu5R6V5aGxEcf7z+KuRNwBhoxKVN1i3D5I"

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
function withToken(request) {
  const token = sessionStorage.getItem(KEY);
  if (token && new URL(request.url, location.href).origin === location.origin) {
    request.headers.Authorization = 'Bearer ' + token;
  }
  request.credentials = 'omit';
  return request;
}
function checked(response) {
  if (response.status === 401) { sessionStorage.removeItem(KEY); showBar(); }
  return response;
}
showBar();
if (window.SwaggerUIBundle) {
  SwaggerUIBundle({
    url: location.pathname.replace(/\\/$/, '') + '/open-api/core',
    domNode: document.getElementById('reference'),
    deepLinking: false,
    docExpansion: 'none',
    defaultModelsExpandDepth: -1,
    filter: true,
    requestInterceptor: withToken,
    responseInterceptor: checked,
  });
} else {
  document.getElementById('reference').textContent = 'Swagger UI could not be loaded from its CDN.';
}
"""

PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Icosa · REST</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{STYLE}" integrity="{STYLE_DIGEST}" crossorigin="anonymous">
<style>
body {{ margin: 0; font: 14px system-ui, sans-serif; }}
#bar {{ display: flex; gap: 8px; align-items: center; padding: 8px 12px; background: #fff3cd; color: #533f03; }}
#bar[hidden] {{ display: none; }}
#token {{ flex: 1; padding: 4px 6px; }}
</style>
</head>
<body>
<form id="bar" hidden>
<label for="token">Token (from <code>icosa token create</code>)</label>
<input id="token" type="password" autocomplete="off" required>
<button>Use</button>
</form>
<main id="reference">Loading…</main>
<script src="{SWAGGER}" integrity="{SWAGGER_DIGEST}" crossorigin="anonymous"></script>
<script>{SCRIPT}</script>
</body>
</html>
"""
