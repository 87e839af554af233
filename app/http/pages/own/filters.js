// Conditions: what a person chooses, how the address holds it, and what the API is asked.
const escaped = (value) => value.replace(/[\\%_]/g, '\\$&');
const day = (value) => new Date(`${value}T00:00:00`);
const dayAfter = (value) => {
  const next = day(value);
  next.setDate(next.getDate() + 1);
  return next;
};

const TEXT = {
  contains: ['contains', (value) => ({ ilike: `%${escaped(value)}%` })],
  is: ['is', (value) => ({ eq: value })],
  starts: ['begins with', (value) => ({ ilike: `${escaped(value)}%` })],
};
const numbers = (parse) => ({
  is: ['=', (value) => ({ eq: parse(value) })],
  least: ['≥', (value) => ({ gte: parse(value) })],
  most: ['≤', (value) => ({ lte: parse(value) })],
});
const EMPTY = {
  empty: ['is empty', () => ({ is: 'NULL' })],
  filled: ['is not empty', () => ({ is: 'NOT_NULL' })],
};
// An array of conditions means that one of them holds.
const EMPTY_TEXT = { empty: ['is empty', () => [{ eq: '' }, { is: 'NULL' }]], filled: ['is not empty', () => ({ neq: '' })] };
const DATES = {
  on: ['is on', (value) => ({ gte: day(value).toISOString(), lt: dayAfter(value).toISOString() })],
  from: ['from', (value) => ({ gte: day(value).toISOString() })],
  before: ['before', (value) => ({ lt: day(value).toISOString() })],
};

// By kind: the type of the input, and the operators, each with its words and what it asks.
export const KINDS = {
  TEXT: { input: 'text', operators: { ...TEXT, ...EMPTY_TEXT } },
  RICH_TEXT: { input: 'text', operators: TEXT },
  NUMBER: { input: 'number', operators: { ...numbers(Number), ...EMPTY } },
  MONEY: { input: 'number', operators: { ...numbers((value) => Math.round(Number(value) * 1e6)), ...EMPTY } },
  DATE_TIME: { input: 'date', operators: { ...DATES, ...EMPTY } },
  BOOLEAN: { input: 'select', operators: { is: ['is', (value) => ({ eq: value === 'true' })] } },
  SELECT: { input: 'select', operators: { is: ['is', (value) => ({ eq: value })], ...EMPTY } },
  MULTI_SELECT: { input: 'select', operators: { is: ['has', (value) => ({ containsAny: [value] })], ...EMPTY } },
  UUID: { input: 'text', operators: { is: ['is', (value) => ({ eq: value })], ...EMPTY } },
};

const YES_OR_NO = [['true', 'yes'], ['false', 'no']];
export const needsValue = (operator) => !['empty', 'filled'].includes(operator);

// What can be filtered of an object, by key: its own fields, and the labels of what it belongs to.
export function filterable(objects, object) {
  const own = object.fields.flatMap(({ filters }) => filters);
  const through = object.toOne.flatMap(({ name, label, target }) =>
    (objects.get(target).labelField?.filters ?? []).map((filter) => ({
      ...filter,
      path: [name, ...filter.path],
      label: filter.path.length > 1 ? `${label}: ${filter.label}` : label,
    })));
  const known = [...own, ...through].filter(({ kind }) => KINDS[kind]);
  for (const one of known) if (one.kind === 'BOOLEAN') one.options = YES_OR_NO;
  return new Map(known.map((one) => [one.path.join('.'), one]));
}

// `key~operator~value`, as the address holds it; `companyId~of~<id>` is what a link to related records says.
export function parsed(object, filters, given) {
  const [key, operator, value] = given.split(/~([^~]*)~(.*)/s);
  const relation = object.toOne.find(({ name }) => `${name}Id` === key);
  if (relation && operator === 'of') return { given, relation, value, asked: { [key]: { eq: value } } };
  const filter = filters.get(key);
  const [words, ask] = (filter && KINDS[filter.kind].operators[operator]) ?? [];
  if (!ask) return undefined;
  const shown = filter.options?.find(([option]) => option === value)?.[1] ?? value;
  const at = (leaf) => filter.path.reduceRight((inner, name) => ({ [name]: inner }), leaf);
  const leaf = ask(value);
  return {
    given,
    words: needsValue(operator) ? `${filter.label} ${words} “${shown}”` : `${filter.label} ${words}`,
    asked: Array.isArray(leaf) ? { or: leaf.map(at) } : at(leaf),
  };
}
