// The reference of REST: an index of the objects, and Swagger UI over the description of the one in the address.
import { authorization, hasToken, refused } from './token.js';
import { hidePlain, load, showPlain, sources } from './sources.js';

const DESCRIPTION = '/rest/open-api/core';
const BESIDE = { events: 'The log of all changes', webhookDeliveries: 'What webhooks were sent', metadata: 'The model' };
const chosen = new URLSearchParams(location.search).get('object');
const objects = document.getElementById('objects');
const find = document.getElementById('find');

function item(name, text, description) {
  const link = document.createElement('a');
  link.href = `/rest?object=${encodeURIComponent(name)}`;
  link.textContent = text;
  if (name === chosen && !description) link.setAttribute('aria-current', 'page');
  if (description) link.append(Object.assign(document.createElement('span'), { textContent: description }));
  const entry = document.createElement('li');
  entry.append(link);
  return entry;
}

async function listed() {
  const response = await fetch('/rest/metadata/objects?scoped=true', { credentials: 'omit', headers: authorization() });
  if (response.status === 401) return refused();
  const found = (await response.json()).data.objects.map(({ namePlural, labelPlural, description }) => [
    namePlural, labelPlural, description,
  ]);
  const all = [...found.sort(([a], [b]) => a.localeCompare(b)), ...Object.entries(BESIDE).map(([n, d]) => [n, n, d])];
  objects.replaceChildren(...all.map(([name]) => item(name, name)));
  document.getElementById('cards').replaceChildren(...all.map(([name, label, text]) => item(name, label, text || name)));
  objects.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
}

find.addEventListener('input', () => {
  for (const entry of objects.children) {
    entry.hidden = !entry.textContent.toLowerCase().includes(find.value.trim().toLowerCase());
  }
});

function withToken(request) {
  if (new URL(request.url, location.href).origin === location.origin) Object.assign(request.headers, authorization());
  request.credentials = 'omit';
  return request;
}

function checked(response) {
  if (response.status === 401) refused();
  return response;
}

async function described(name) {
  document.getElementById('start').hidden = true;
  const element = document.getElementById('reference');
  try {
    await load(sources);
  } catch (error) {
    console.warn(String(error));
    return showPlain();
  }
  hidePlain();
  element.hidden = false;
  const shown = SwaggerUIBundle({
    url: `${DESCRIPTION}/${encodeURIComponent(name)}?scoped=true`,
    domNode: element,
    deepLinking: false,
    docExpansion: 'list',
    defaultModelsExpandDepth: -1,
    defaultModelExpandDepth: 2,
    requestInterceptor: withToken,
    responseInterceptor: checked,
    onComplete: () => shown.preauthorizeApiKey('bearerAuth', 'TOKEN'), // in the command that it shows
    showMutatedRequest: false, // which is no place for the token itself
    validatorUrl: null,
    syntaxHighlight: { activated: true, theme: 'idea' },
  });
}

if (hasToken()) {
  await Promise.all([listed(), chosen ? described(chosen) : hidePlain()]);
} else {
  hidePlain();
}
