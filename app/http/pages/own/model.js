// The objects of the workspace as this page reads them: what to select of each field, and how to filter and sort by it.
import { request } from './graphql.js';
import { authorization, refused } from './token.js';

// What is read of a field that has parts, and the part by which it is sorted. `operators` are rows of `filters`.
const PARTS = {
  FULL_NAME: { parts: ['firstName', 'lastName'], sort: 'firstName', filter: ['firstName', 'lastName'] },
  EMAILS: { parts: ['primaryEmail'], sort: 'primaryEmail', filter: ['primaryEmail'] },
  PHONES: {
    parts: ['primaryPhoneCallingCode', 'primaryPhoneNumber'],
    sort: 'primaryPhoneNumber',
    filter: ['primaryPhoneNumber'],
  },
  LINKS: { parts: ['primaryLinkUrl', 'primaryLinkLabel'], sort: 'primaryLinkUrl', filter: ['primaryLinkUrl'] },
  CURRENCY: { parts: ['amountMicros', 'currencyCode'], sort: 'amountMicros', filter: ['amountMicros'], kind: 'MONEY' },
  ADDRESS: {
    parts: ['addressStreet1', 'addressStreet2', 'addressPostcode', 'addressCity', 'addressState', 'addressCountry'],
    sort: 'addressCity',
    filter: ['addressCity', 'addressCountry', 'addressStreet1'],
  },
  ACTOR: { parts: ['name', 'source'], sort: 'name', filter: ['name'] },
  RICH_TEXT_V2: { parts: ['markdown'], filter: ['markdown'] },
};
const UNSORTED = ['RAW_JSON', 'ARRAY', 'MULTI_SELECT', 'RELATION'];
const UNSHOWN = ['position', 'searchVector', 'deletedAt', 'avatarUrl'];
const LAST = ['createdBy', 'createdAt', 'updatedAt', 'id'];

const spaced = (name) => name.replace(/^primary|^address/, '').replace(/([a-z])([A-Z0-9])/g, '$1 $2').toLowerCase();

// The objects that this token may read, by their names and sorted by label, those that people look at first.
export async function loadModel() {
  const [all, fields] = await Promise.all([describedObjects(), readableFields()]);
  const described = all.filter(({ namePlural }) => fields.has(namePlural));
  described.sort((a, b) => a.isSystem - b.isSystem || a.labelPlural.localeCompare(b.labelPlural));
  const objects = new Map(described.map((one) => [one.nameSingular, object(one)]));
  for (const one of objects.values()) {
    one.toOne = one.related.filter(({ isMany, target }) => !isMany && objects.has(target));
    one.toMany = one.related.filter(({ isMany, target }) => isMany && objects.has(target));
  }
  return objects;
}

async function describedObjects() {
  const response = await fetch('/rest/metadata/objects?scoped=true', { credentials: 'omit', headers: authorization() });
  if (response.status === 401) refused();
  const body = await response.json();
  if (!response.ok) throw new Error(body.messages.join('; '));
  return body.data.objects;
}

async function readableFields() {
  const query = '{ __schema { queryType { fields { name } } } }';
  const { data } = await request('/graphql?scoped=true', { query }, { accept: 'application/json' });
  return new Set(data?.__schema.queryType.fields.map(({ name }) => name));
}

function object(described) {
  const { nameSingular, namePlural, labelSingular, labelPlural, isSystem, description } = described;
  const label = described.fields.find(({ id }) => id === described.labelIdentifierFieldMetadataId);
  const fields = described.fields.filter(({ type, name }) => type !== 'RELATION' && !UNSHOWN.includes(name)).map(field);
  const isKey = new Set(described.fields.filter(({ type }) => type === 'RELATION').map(({ name }) => `${name}Id`));
  return {
    name: nameSingular,
    plural: namePlural,
    label: labelSingular,
    labelPlural,
    description,
    isSystem,
    type: nameSingular[0].toUpperCase() + nameSingular.slice(1),
    labelField: fields.find(({ name, type }) => name === (label?.type === 'UUID' ? 'name' : label?.name) && type !== 'UUID'),
    fields: fields.filter(({ name }) => !isKey.has(name)).sort((a, b) => LAST.indexOf(a.name) - LAST.indexOf(b.name)),
    related: described.fields.filter(({ type }) => type === 'RELATION').map(relation),
  };
}

function field({ name, type, label, options }) {
  const composite = PARTS[type];
  const sort = UNSORTED.includes(type) || (composite && !composite.sort) ? undefined : [name, composite?.sort];
  const filters = (composite?.filter ?? [undefined]).map((part) => ({
    path: part ? [name, part] : [name],
    label: part && composite.filter.length > 1 ? `${label}: ${spaced(part)}` : label,
    kind: composite ? (composite.kind ?? 'TEXT') : type,
    options: options?.map(({ value, label: text }) => [value, text]),
  }));
  return {
    name,
    type,
    label,
    sort: sort?.filter(Boolean),
    filters,
    options: new Map(options?.map(({ value, label: text }) => [value, text])),
    selection: composite ? `${name} { ${composite.parts.join(' ')} }` : name,
  };
}

function relation({ name, label, relation: { type, targetObjectMetadata, targetFieldMetadata } }) {
  const isMany = type === 'ONE_TO_MANY';
  return { name, label, isMany, target: targetObjectMetadata.nameSingular, inverse: targetFieldMetadata.name };
}

// What to select of a record that is only named: its label, or where it has none, what it belongs to.
export function named(objects, object, besides = undefined) {
  if (object.labelField) return `id ${object.labelField.selection}`;
  const others = object.toOne.filter(({ name, target }) => name !== besides && objects.get(target).labelField);
  return ['id', ...others.map(({ name, target }) => `${name} { ${named(objects, objects.get(target))} }`)].join(' ');
}

// The record that a name stands for, as [object, record]: itself, or what it belongs to.
export function meant(objects, object, record) {
  if (object.labelField) return [object, record];
  const other = object.toOne.find(({ name }) => record[name]);
  return other ? [objects.get(other.target), record[other.name]] : [object, record];
}
