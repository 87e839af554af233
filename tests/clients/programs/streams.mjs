// The reference clients of both protocols: events, a live query with a change, a query, and what is wrong with a document.
import assert from "node:assert";
import { createClient as createSse } from "graphql-sse";
import { createClient as createWs } from "graphql-ws";
import WebSocket from "ws";

const url = `${process.env.ICOSA_URL}/graphql`;
const authorization = process.env.ICOSA_AUTHORIZATION;
const EVENTS = "subscription($after: BigInt) { onDbEvent(input: { objectNameSingular: \"person\", after: $after }) { number action record } }";
const LIVE = "query @live { companies { totalCount } }";

const clients = {
  "graphql-sse": createSse({ url, headers: { authorization }, retryAttempts: 0 }),
  "graphql-ws": createWs({
    url: url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
  }),
};

async function create(name) {
  const query = "mutation($name: String) { createCompany(data: { name: $name }) { id } }";
  const headers = { authorization, "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables: { name } }) });
  assert(!(await response.json()).errors);
}

for (const [name, client] of Object.entries(clients)) {
  let numbers = [];
  for await (const { data } of client.iterate({ query: EVENTS })) {
    assert.strictEqual(data.onDbEvent.action, "CREATED");
    if (numbers.push(data.onDbEvent.number) === 3) break;
  }
  let resumed = [];
  for await (const { data } of client.iterate({ query: EVENTS, variables: { after: numbers[0] } })) {
    if (resumed.push(data.onDbEvent.number) === 2) break;
  }
  assert.deepStrictEqual(resumed, numbers.slice(1));

  const counts = [];
  for await (const { data } of client.iterate({ query: LIVE })) {
    counts.push(data.companies.totalCount);
    if (counts.length === 1) await create(name);
    else break;
  }
  assert.strictEqual(counts[1], counts[0] + 1);

  const answers = [];
  for await (const answer of client.iterate({ query: "{ companies { totalCount } }" })) answers.push(answer);
  assert.deepStrictEqual(answers, [{ data: { companies: { totalCount: counts[1] } } }]);

  let refused;
  try {
    for await (const answer of client.iterate({ query: "{ nothing }" })) refused = answer.errors;
  } catch (errors) {
    refused = errors;
  }
  assert.strictEqual(refused[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
  await client.dispose();
}
