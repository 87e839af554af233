// The records of the workspace, to look at: what there is, tables, and each record, by the address's fragment.
import { ask, askSome } from './api.js';
import { element, link } from './elements.js';
import { loadModel } from './model.js';
import { at, place } from './places.js';
import { record } from './record.js';
import { table } from './table.js';
import { hasToken } from './token.js';
import { count } from './values.js';

const main = document.getElementById('main');
const about = document.getElementById('about');
const list = document.getElementById('objects');
const status = document.getElementById('status');
const words = document.getElementById('words');
const counts = new Map();
let turn = 0;

const SEARCH = `query Search($words: String!) {
  search(searchInput: $words, limit: 30) { edges { node { recordId objectNameSingular objectLabelSingular label } } }
}`;

async function found(objects, input) {
  const { search } = await ask(SEARCH, { words: input });
  const nodes = search.edges.map(({ node }) => node).filter((node) => objects.has(node.objectNameSingular));
  const items = nodes.map((node) => element('li', {},
    element('a', { href: at(objects.get(node.objectNameSingular).plural, { id: node.recordId }) },
      element('strong', {}, node.label || 'Without a name'), element('span', {}, node.objectLabelSingular))));
  return {
    title: `“${input}”`,
    status: `${nodes.length} found`,
    content: [
      element('div', { class: 'head' }, element('h1', {}, `Records with “${input}”`)),
      items.length ? element('ul', { class: 'hits' }, items) : element('p', { class: 'empty' }, 'Nothing was found.'),
    ],
  };
}

function overview(objects) {
  const cards = [...objects.values()].filter(({ isSystem }) => !isSystem).map((object) => element('li', {},
    element('a', { href: at(object.plural) },
      element('strong', { 'data-count': object.name }, count(counts.get(object.name))),
      element('span', {}, object.labelPlural))));
  return { title: 'Records', status: 'Overview', content: [about, element('ul', { class: 'cards' }, cards)] };
}

function shownAt(objects, { plural, id, query }) {
  if (plural === 'search') return found(objects, query.get('q') ?? '');
  if (!plural) return overview(objects);
  const object = [...objects.values()].find((one) => one.plural === plural);
  if (!object) throw new Error(`There is no object ${plural}, or this token may not read it.`);
  return id ? record(objects, object, id) : table(objects, object, query);
}

async function show(objects, isFirst) {
  const mine = ++turn;
  main.setAttribute('aria-busy', 'true');
  const here = place();
  words.value = here.plural === 'search' ? (here.query.get('q') ?? '') : '';
  for (const one of list.querySelectorAll('a')) {
    if (one.getAttribute('href') === at(here.plural)) one.setAttribute('aria-current', 'page');
    else one.removeAttribute('aria-current');
  }
  let made;
  try {
    made = await shownAt(objects, here);
  } catch (error) {
    made = { title: 'Fault', status: error.message, content: [element('p', { class: 'fault', role: 'alert' }, error.message)] };
  }
  if (mine !== turn) return; // the reader has gone on
  main.replaceChildren(...made.content);
  main.removeAttribute('aria-busy');
  document.title = `${made.title} · Icosa`;
  status.textContent = made.status;
  if (!isFirst) {
    main.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

function listed(objects) {
  const entry = (object) => element('li', {},
    element('a', { href: at(object.plural) }, object.labelPlural, element('span', { class: 'count', 'data-count': object.name })));
  const all = [...objects.values()];
  list.replaceChildren(
    ...all.filter(({ isSystem }) => !isSystem).map(entry),
    element('li', {}, element('details', { open: all.some(({ plural, isSystem }) => isSystem && plural === place().plural) },
      element('summary', {}, 'More objects'),
      element('ul', {}, all.filter(({ isSystem }) => isSystem).map(entry)))));
}

// The tables of an object may be closed to this token: then the others are counted all the same.
async function countAll(objects) {
  const all = [...objects.values()];
  const data = await askSome(`{ ${all.map(({ name, plural }) => `${name}: ${plural} { totalCount }`).join(' ')} }`);
  for (const { name } of all) counts.set(name, data[name]?.totalCount);
  for (const one of document.querySelectorAll('[data-count]')) one.textContent = count(counts.get(one.dataset.count));
}

document.getElementById('search').addEventListener('submit', (event) => {
  event.preventDefault();
  if (words.value.trim()) location.hash = at('search', { query: { q: words.value.trim() } });
});

if (hasToken()) {
  try {
    const objects = await loadModel();
    listed(objects);
    window.addEventListener('hashchange', () => show(objects, false));
    await Promise.all([show(objects, true), countAll(objects)]);
  } catch (error) {
    main.append(element('p', { class: 'fault', role: 'alert' }, error.message));
  }
}
