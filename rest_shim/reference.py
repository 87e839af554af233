"""The reference of the REST API as one page: Swagger UI over the description of the API."""

from rest_shim.token_page import BAR, CDN, HEADERS, STYLE
from rest_shim.token_page import SCRIPT as TOKEN_SCRIPT

__all__ = ["CDN", "HEADERS", "PAGE"]

SWAGGER = f"{CDN}/swagger-ui-dist@5.35.0/swagger-ui-bundle.js"
SWAGGER_DIGEST = "sha384-gjRm0bEPMeTmMh5jT2cHccIwCUZSTd8YC+j0d0sXw0MdGEfScduGpSyF3ZSSLkX9"
STYLE_SHEET = f"{CDN}/swagger-ui-dist@5.35.0/swagger-ui.css"
STYLE_SHEET_DIGEST = "sha384-WlYgdmXYOOBWL5apwjDEZwN+U3HmXSSu5R6V5aGxEcf7z+KuRNwBhoxKVN1i3D5I"

SCRIPT = """
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
<link rel="stylesheet" href="{STYLE_SHEET}" integrity="{STYLE_SHEET_DIGEST}" crossorigin="anonymous">
<style>
body {{ margin: 0; font: 14px system-ui, sans-serif; }}
{STYLE}</style>
</head>
<body>
{BAR}
<main id="reference">Loading…</main>
<script src="{SWAGGER}" integrity="{SWAGGER_DIGEST}" crossorigin="anonymous"></script>
<script>{TOKEN_SCRIPT}{SCRIPT}</script>
</body>
</html>
"""
