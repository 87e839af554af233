"""What the pages have in common that call the API for a reader: the bar that asks for a token, and their headers.

The token comes in the address's fragment, which browsers never send, and stays in the tab. Scripts and styles come from
a CDN, whose releases never change, and browsers check each file against its digest before it runs beside the token.
"""

CDN = "https://unpkg.com"

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
showBar();
"""

STYLE = """
#bar { display: flex; gap: 8px; align-items: center; padding: 8px 12px; background: #fff3cd; color: #533f03; }
#bar[hidden] { display: none; }
#token { flex: 1; padding: 4px 6px; }
"""

BAR = """<form id="bar" hidden>
<label for="token">Token (from <code>icosa token create</code>)</label>
<input id="token" type="password" autocomplete="off" required>
<button>Use</button>
</form>"""
