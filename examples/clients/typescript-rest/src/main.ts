// Creates companies with people, lists all of them page by page, changes one, reads of it in the feed, removes them.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./openapi.js";

const api = createClient<paths>({
  baseUrl: `${process.env.ICOSA_URL}/rest`,
  headers: { Authorization: `Bearer ${process.env.ICOSA_TOKEN}` },
});

type Company = components["schemas"]["CompanyForResponse"];

/** What was answered, or an exception that says why not. */
function answered<Data>({ data, error }: { data?: Data; error?: components["schemas"]["Error"] }): Data {
  if (error || data === undefined) throw new Error(error?.messages.join("; ") ?? "There is no answer.");
  return data;
}

/** All companies that a filter finds, with their people, by pages of two. */
async function* allCompanies(filter: string): AsyncGenerator<Company> {
  for (let starting_after: string | undefined, more = true; more; ) {
    const query = { filter, limit: 2, depth: 1 as const, order_by: "name", starting_after };
    const page = answered(await api.GET("/companies", { params: { query } }));
    yield* page.data?.companies ?? [];
    more = page.pageInfo?.hasNextPage ?? false;
    starting_after = page.pageInfo?.endCursor ?? undefined;
  }
}

const ids: string[] = [];
for (const name of ["Northwind Paper", "Northwind Glass", "Northwind Tools"]) {
  const people = Array.from({ length: 3 }, (_, n) => ({ name: { firstName: `Person ${n}`, lastName: name } }));
  const { data } = answered(await api.POST("/companies", { body: { name, people: { create: people } } }));
  ids.push(data!.createCompany!.id!);
}

const found: Record<string, number | undefined> = {};
for await (const company of allCompanies(`id[in]:[${ids.join(",")}]`)) {
  assert(company.people?.every((person) => person.name?.lastName === company.name));
  found[company.name!] = company.people?.length;
}
assert.deepEqual(found, { "Northwind Glass": 3, "Northwind Paper": 3, "Northwind Tools": 3 });

const path = { id: ids[0]! };
const { data } = answered(await api.PATCH("/companies/{id}", { params: { path }, body: { employees: 50 } }));
assert.equal(data?.updateCompany?.employees, 50);

for (const id of ids) answered(await api.DELETE("/companies/{id}", { params: { path: { id } } }));
const { error, response } = await api.GET("/companies/{id}", { params: { path } });
assert.equal(response.status, 404);
assert.equal(error?.statusCode, 404);
console.log("REST in TypeScript: done");
