// Values of records as text, and as elements.
import { element, link } from './elements.js';

const LONGEST = 120;
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const number = new Intl.NumberFormat();

function money({ amountMicros, currencyCode }) {
  if (amountMicros === null) return '';
  const amount = Number(amountMicros) / 1e6;
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency: currencyCode }).format(amount);
  } catch {
    return [number.format(amount), currencyCode].filter(Boolean).join(' ');
  }
}

const joined = (separator, values) => values.filter((value) => value !== null && value !== '').join(separator);

const TEXTS = {
  FULL_NAME: ({ firstName, lastName }) => joined(' ', [firstName, lastName]),
  EMAILS: ({ primaryEmail }) => primaryEmail ?? '',
  PHONES: ({ primaryPhoneCallingCode: code, primaryPhoneNumber: digits }) => (digits ? joined(' ', [code, digits]) : ''),
  LINKS: ({ primaryLinkUrl, primaryLinkLabel }) => primaryLinkLabel || (primaryLinkUrl ?? '').replace(/^https?:\/\//, ''),
  CURRENCY: money,
  ADDRESS: (parts) => joined(', ', Object.values(parts)),
  ACTOR: ({ name, source }) => name || (source ?? '').toLowerCase(),
  RICH_TEXT_V2: ({ markdown }) => markdown ?? '',
  DATE_TIME: (value) => (value.endsWith('T00:00:00.000Z') ? date : moment).format(new Date(value)),
  NUMBER: (value) => number.format(value),
  BOOLEAN: (value) => (value ? 'Yes' : 'No'),
  RAW_JSON: (value) => JSON.stringify(value),
  ARRAY: (values) => values.join(', '),
};

export function text(field, value) {
  if (value === null || value === undefined) return '';
  const made = TEXTS[field.type]?.(value) ?? String(value);
  return made.trim();
}

// `whole` says not to cut it.
export function shown(field, value, whole = false) {
  const full = text(field, value);
  if (full === '') return element('span', { class: 'none', 'aria-label': 'empty' }, '–');
  if (field.options.size) {
    return element('span', { class: 'chips' }, [value].flat().map((one) => chip(field.options.get(one) ?? one)));
  }
  if (field.type === 'LINKS' && /^https?:\/\//.test(value.primaryLinkUrl)) {
    return element('a', { href: value.primaryLinkUrl, rel: 'noopener noreferrer', target: '_blank' }, full);
  }
  if (field.type === 'EMAILS') return link(`mailto:${encodeURIComponent(full)}`, full);
  if (field.type === 'DATE_TIME') return element('time', { datetime: value }, full);
  const isLong = !whole && full.length > LONGEST;
  return element('span', { title: isLong ? full.slice(0, 1000) : undefined }, isLong ? `${full.slice(0, LONGEST)}…` : full);
}

const chip = (label) => element('span', { class: 'chip' }, label);

export const labelOf = (object, record) =>
  (object.labelField && text(object.labelField, record[object.labelField.name])) || `${object.label} ${record.id.slice(-8)}`;

export const count = (value) => (value === null || value === undefined ? '–' : number.format(value));
