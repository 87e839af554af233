// One record: its fields, what it belongs to, and what belongs to it.
import { ask } from './api.js';
import { element, link } from './elements.js';
import { meant, named } from './model.js';
import { at } from './places.js';
import { reference } from './table.js';
import { count, labelOf, shown } from './values.js';

const FIRST = 5;

export async function record(objects, object, id) {
  const { found } = await ask(document(objects, object), { id });
  const label = labelOf(object, found);
  const fields = object.fields.filter((field) => field !== object.labelField);
  const many = object.toMany.filter(({ name }) => found[name].totalCount);
  return {
    title: label,
    status: `${object.label}: ${label}`,
    content: [
      element('div', { class: 'head' },
        element('p', { class: 'trail' }, link(at(object.plural), object.labelPlural), ' /'),
        element('h1', {}, label)),
      element('div', { class: 'record' },
        element('dl', { class: 'fields' },
          object.toOne.map((relation) => described(relation.label, reference(objects, relation, found))),
          fields.map((field) => described(field.label, shown(field, found[field.name], true)))),
        element('div', { class: 'related' },
          many.map((relation) => related(objects, object, relation, found)),
          many.length ? null : element('p', { class: 'empty' }, 'Nothing belongs to it.'))),
    ],
  };
}

function document(objects, object) {
  const one = object.toOne.map(({ name, target }) => `${name} { ${named(objects, objects.get(target))} }`);
  const many = object.toMany.map(({ name, target, inverse }) =>
    `${name}(first: ${FIRST}) { totalCount edges { node { ${named(objects, objects.get(target), inverse)} } } }`);
  return `query Record($id: ID) {
    found: ${object.name}(filter: { id: { eq: $id } }) {
      id ${object.fields.map(({ selection }) => selection).join(' ')} ${one.join(' ')} ${many.join(' ')}
    }
  }`;
}

const described = (label, value) => element('div', {}, element('dt', {}, label), element('dd', {}, value));

function related(objects, object, { name, label, target, inverse }, found) {
  const other = objects.get(target);
  const { totalCount, edges } = found[name];
  const all = at(other.plural, { query: { f: `${inverse}Id~of~${found.id}` } });
  const items = edges.map(({ node }) => {
    const [kind, record] = meant(objects, other, node);
    return element('li', {}, link(at(kind.plural, { id: record.id }), labelOf(kind, record)));
  });
  return element('section', {},
    element('h2', {}, link(all, label), ' ', element('span', { class: 'count' }, count(totalCount))),
    element('ul', {}, items),
    totalCount > edges.length ? element('p', {}, link(all, `All ${count(totalCount)}`)) : null);
}
