// The records of one object as a table: sorted, filtered, a page at a time.
import { ask } from './api.js';
import { element, link } from './elements.js';
import { KINDS, filterable, needsValue, parsed } from './filters.js';
import { named } from './model.js';
import { FIRST_PAGE, at, changed } from './places.js';
import { count, labelOf, shown, text } from './values.js';

const SIZE = 50; // records on a page
const FEW = 3; // relations that stand before the fields

export async function table(objects, object, query) {
  const filters = filterable(objects, object);
  const conditions = query.getAll('f').map((given) => parsed(object, filters, given)).filter(Boolean);
  const asked = [...object.fields, ...object.toOne].sort((a, b) => rank(object, a) - rank(object, b));
  const connection = (await ask(document(objects, object, asked), variables(query, conditions))).found;
  const { totalCount, edges } = connection;
  const isVoid = (column) => edges.length > 0 && edges.every(({ node }) => isEmpty(column, node[column.name]));
  const columns = asked.sort((a, b) => isVoid(a) - isVoid(b)); // what this page has nothing of comes last
  const page = Number(query.get('page') ?? 1);
  const first = (page - 1) * SIZE + 1;
  const extent = edges.length ? `${count(first)}–${count(first + edges.length - 1)} of ${count(totalCount)}` : 'None';
  const go = (changes) => (location.hash = at(object.plural, { query: changed(query, changes) }));
  return {
    title: object.labelPlural,
    status: `${object.labelPlural}: ${extent}`,
    content: [
      element('div', { class: 'head' }, element('h1', {}, object.labelPlural), element('p', {}, object.description ?? '')),
      element('div', { class: 'conditions' },
        conditions.map((one) => chip(objects, one, () => go({ ...FIRST_PAGE, f: without(query, one.given) }))),
        form(filters, (given) => go({ ...FIRST_PAGE, f: [...query.getAll('f'), given] }))),
      edges.length
        ? element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Table of ${object.labelPlural}` },
          element('table', {},
            element('caption', { class: 'visually-hidden' }, `${object.labelPlural}, ${extent}`),
            element('thead', {}, element('tr', {}, columns.map((column) => heading(column, object, query)))),
            element('tbody', {}, edges.map(({ node }) => row(objects, object, columns, node)))))
        : element('p', { class: 'empty' }, conditions.length ? 'No record is like that.' : 'There are none yet.'),
      pager(connection.pageInfo, extent, page, object, query),
    ],
  };
}

function rank(object, column) {
  if (column === (object.labelField ?? object.fields.find(({ name }) => name === 'id'))) return 0;
  if (column.target) return object.toOne.length <= FEW ? 1 : 3;
  const place = ['createdBy', 'createdAt', 'updatedAt', 'id'].indexOf(column.name);
  return place < 0 ? 2 : place + 4;
}

const isEmpty = (column, value) => (column.target ? !value : text(column, value) === '');

function document(objects, object, columns) {
  const selections = columns.map((column) =>
    column.target ? `${column.name} { ${named(objects, objects.get(column.target))} }` : column.selection);
  return `query Records($filter: ${object.type}FilterInput, $order: [${object.type}OrderByInput], $first: Int, $last: Int,
    $after: String, $before: String) {
    found: ${object.plural}(filter: $filter, orderBy: $order, first: $first, last: $last, after: $after, before: $before) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { node { id ${selections.join(' ')} } }
    }
  }`;
}

function variables(query, conditions) {
  const [before, after] = [query.get('before'), query.get('after')];
  const direction = query.has('desc') ? 'DescNullsLast' : 'AscNullsLast';
  const sort = query.get('sort')?.split('.');
  return {
    filter: conditions.length ? { and: conditions.map(({ asked }) => asked) } : undefined,
    order: sort ? sorted(sort).map((path) => path.reduceRight((inner, name) => ({ [name]: inner }), direction)) : undefined,
    ...(before ? { last: SIZE, before } : { first: SIZE, after: after ?? undefined }),
  };
}

// Those who share a first name are sorted by their last name.
const sorted = (path) => (path.at(-1) === 'firstName' ? [path, [...path.slice(0, -1), 'lastName']] : [path]);

function heading(column, object, query) {
  if (!column.sort) return element('th', { scope: 'col' }, column.label);
  const isSorted = query.get('sort') === column.sort.join('.');
  const descends = isSorted && query.has('desc');
  const next = changed(query, { ...FIRST_PAGE, sort: column.sort.join('.'), desc: isSorted && !descends ? '1' : undefined });
  const order = isSorted ? (descends ? 'descending' : 'ascending') : undefined;
  return element('th', { scope: 'col', 'aria-sort': order },
    element('a', { href: at(object.plural, { query: next }), title: 'Sort' }, column.label,
      element('span', { class: 'order', 'aria-hidden': 'true' }, isSorted ? (descends ? ' ↓' : ' ↑') : '')));
}

function row(objects, object, columns, record) {
  return element('tr', {}, columns.map((column, n) => {
    if (n === 0 && column === object.labelField) {
      return element('th', { scope: 'row' }, link(at(object.plural, { id: record.id }), labelOf(object, record)));
    }
    if (column.target) return element('td', {}, reference(objects, column, record));
    const isNumber = ['NUMBER', 'CURRENCY'].includes(column.type);
    if (column.name === 'id') return element('td', { class: 'id' }, link(at(object.plural, { id: record.id }), record.id));
    return element('td', { class: isNumber ? 'number' : undefined }, shown(column, record[column.name]));
  }));
}

export function reference(objects, { name, target }, record) {
  const other = objects.get(target);
  if (record[name]) return link(at(other.plural, { id: record[name].id }), labelOf(other, record[name]));
  return element('span', { class: 'none', 'aria-label': 'empty' }, '–');
}

const without = (query, given) => query.getAll('f').filter((one) => one !== given);

function chip(objects, condition, remove) {
  const words = condition.words ?? `${condition.relation.label} is …`;
  const said = element('span', {}, words);
  if (condition.relation) nameOf(objects, condition).then((name) => (said.textContent = name));
  return element('span', { class: 'condition' }, said,
    element('button', { type: 'button', 'aria-label': `Remove: ${words}`, onclick: remove }, '×'));
}

async function nameOf(objects, { relation, value }) {
  const target = objects.get(relation.target);
  const query = `query Name($id: ID) { found: ${target.name}(filter: { id: { eq: $id } }) { ${named(objects, target)} } }`;
  const { found } = await ask(query, { id: value });
  return `${relation.label} is ${labelOf(target, found)}`;
}

function form(filters, add) {
  const field = element('select', { 'aria-label': 'Field' },
    [...filters].map(([key, { label }]) => element('option', { value: key }, label)));
  const operator = element('select', { 'aria-label': 'Condition' });
  const holder = element('span', { class: 'value' });
  const chosen = () => filters.get(field.value);
  const renew = () => {
    const { input, operators } = KINDS[chosen().kind];
    operator.replaceChildren(...Object.entries(operators).map(([key, [words]]) => element('option', { value: key }, words)));
    const options = chosen().options?.map(([value, label]) => element('option', { value }, label));
    holder.replaceChildren(input === 'select'
      ? element('select', { 'aria-label': 'Value' }, options)
      : element('input', { type: input, step: 'any', required: true, 'aria-label': 'Value' }));
    toggle();
  };
  const toggle = () => {
    holder.hidden = !needsValue(operator.value);
    holder.firstChild.disabled = holder.hidden;
  };
  field.addEventListener('change', renew);
  operator.addEventListener('change', toggle);
  renew();
  return element('form', {
    class: 'filter',
    onsubmit: (event) => {
      event.preventDefault();
      const value = needsValue(operator.value) ? holder.firstChild.value : '';
      add(`${field.value}~${operator.value}~${value}`);
    },
  }, element('span', { class: 'word' }, 'Where'), field, operator, holder, element('button', {}, 'Filter'));
}

function pager({ hasNextPage, hasPreviousPage, startCursor, endCursor }, extent, page, object, query) {
  const turn = (label, there, changes) => there
    ? element('a', { class: 'button', href: at(object.plural, { query: changed(query, { ...FIRST_PAGE, ...changes }) }) }, label)
    : element('span', { class: 'button off', 'aria-disabled': 'true' }, label);
  const back = page > 2 ? { before: startCursor, page: page - 1 } : {};
  return element('nav', { class: 'pager', 'aria-label': 'Pages of records' },
    turn('← Previous', hasPreviousPage, back),
    element('span', {}, extent),
    turn('Next →', hasNextPage, { after: endCursor, page: page + 1 }));
}
