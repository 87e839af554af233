// The token of all pages: from the address's fragment or from the form, kept in this tab.
const KEY = 'icosa-token';
const bar = document.getElementById('bar');
const field = document.getElementById('token');
const forget = document.getElementById('forget');

const given = new URLSearchParams(location.hash.slice(1)).get('token');
if (given) {
  sessionStorage.setItem(KEY, given);
  history.replaceState(null, '', location.pathname + location.search);
}

export const hasToken = () => Boolean(sessionStorage.getItem(KEY));

export const authorization = () => (hasToken() ? { Authorization: `Bearer ${sessionStorage.getItem(KEY)}` } : {});

// What the server refuses is asked for again.
export function refused() {
  if (hasToken()) document.getElementById('refused').hidden = false;
  sessionStorage.removeItem(KEY);
  show();
  field.focus();
}

function show() {
  bar.hidden = hasToken();
  forget.hidden = !hasToken();
}

bar.addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, field.value.trim().replace(/^bearer +/i, ''));
  location.reload();
});
forget.addEventListener('click', () => {
  sessionStorage.removeItem(KEY);
  location.reload();
});
show();
