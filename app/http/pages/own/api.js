// GraphQL, as this page asks: the data, or an error that says what was wrong.
import { request } from './graphql.js';

export async function ask(query, variables = {}) {
  const { data, errors } = await request('/graphql', { query, variables }, { accept: 'application/json' });
  if (errors?.length) throw new Error(errors.map(({ message }) => message).join('; '));
  return data;
}

// What of the data could be had.
export async function askSome(query) {
  const { data } = await request('/graphql', { query }, { accept: 'application/json' });
  return data ?? {};
}
