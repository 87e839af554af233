// graphql-js builds a client schema of both endpoints, and finds a usual operation valid in it.
import assert from "node:assert";
import { buildClientSchema, getIntrospectionQuery, parse, validate, version } from "graphql";

assert(version.startsWith("16."), version);
const headers = { authorization: process.env.ICOSA_AUTHORIZATION, "content-type": "application/json" };

async function ask(path, query) {
  const response = await fetch(process.env.ICOSA_URL + path, { method: "POST", headers, body: JSON.stringify({ query }) });
  const { data, errors } = await response.json();
  assert(!errors, JSON.stringify(errors));
  return data;
}

const OPERATIONS = {
  "/graphql": "{ people(first: 1) { edges { node { id noteTargets { edges { node { targetPersonId } } } } } } }",
  "/metadata": "{ objects(paging: { first: 1 }) { edges { node { nameSingular universalIdentifier icon } } } }",
};
for (const [path, operation] of Object.entries(OPERATIONS)) {
  const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true });
  const schema = buildClientSchema(await ask(path, query));
  assert.deepStrictEqual(validate(schema, parse(operation)), []);
  await ask(path, operation);
}
