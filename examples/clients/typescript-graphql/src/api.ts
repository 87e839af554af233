// A client in forty lines: `ask` for one answer, `listen` for those of a subscription or a live query.
import { createClient } from "graphql-sse";
import type { TypedDocumentString } from "./gql/graphql.js";

const url = `${process.env.ICOSA_URL}/graphql`;
const headers = { Authorization: `Bearer ${process.env.ICOSA_TOKEN}` };

export class Refused extends Error {
  constructor(readonly errors: readonly { message: string; extensions?: { code?: string } }[]) {
    super(errors.map(({ message }) => message).join("; "));
  }
}

export async function ask<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const body = JSON.stringify({ query: document.toString(), variables });
  const response = await fetch(url, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body });
  const { data, errors } = await response.json();
  if (errors) throw new Refused(errors);
  return data;
}

/** Answers from now on: `opened` is done once the server listens. */
export function listen<Result, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): { opened: Promise<unknown>; answers: AsyncIterableIterator<{ data?: Result | null }> } {
  let connected: (isAgain: boolean) => void = () => {};
  const opened = new Promise((done) => (connected = done));
  const client = createClient({ url, headers, on: { connected: (isAgain) => connected(isAgain) } });
  return { opened, answers: client.iterate<Result>({ query: document.toString(), variables }) };
}
