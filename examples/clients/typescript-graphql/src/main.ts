// Creates companies with people, lists all of them page by page, changes one, hears of it, and removes them again.
import assert from "node:assert/strict";
import { ask, listen, Refused } from "./api.js";
import { Changes, Companies, CreateCompany, DestroyCompanies, PeopleOfCompany, UpdateCompany } from "./documents.js";
import type { CompanyFilterInput, PeopleFragment } from "./gql/graphql.js";

const NAMES = ["Northwind Paper", "Northwind Glass", "Northwind Tools"];
/** Pages of a connection, to the end. */
async function* pages(first: PeopleFragment, next: (after: string) => Promise<PeopleFragment | null | undefined>) {
  for (let page: PeopleFragment | null | undefined = first; page; ) {
    yield* (page.edges ?? []).flatMap(({ node }) => (node ? [node] : []));
    const after: string | null | undefined = page.pageInfo?.hasNextPage ? page.pageInfo.endCursor : undefined;
    page = after ? await next(after) : undefined;
  }
}

async function* allCompanies(filter: CompanyFilterInput) {
  for (let after: string | null | undefined, more = true; more; ) {
    const { companies } = await ask(Companies, { filter, after });
    yield* (companies?.edges ?? []).flatMap(({ node }) => (node ? [node] : []));
    more = companies?.pageInfo?.hasNextPage ?? false;
    after = companies?.pageInfo?.endCursor;
  }
}

const ids: string[] = [];
for (const name of NAMES) {
  const people = Array.from({ length: 5 }, (_, n) => ({ name: { firstName: `Person ${n}`, lastName: name } }));
  const { createCompany } = await ask(CreateCompany, { data: { name, people: { create: people } } });
  assert.equal(createCompany?.name, name);
  ids.push(createCompany.id!);
}

const found: Record<string, number> = {};
for await (const company of allCompanies({ id: { in: ids } })) {
  let count = 0;
  const next = async (after: string) => (await ask(PeopleOfCompany, { id: company.id!, after })).company?.people;
  for await (const person of pages(company.people!, next)) {
    assert.equal(person.name?.lastName, company.name);
    count += 1;
  }
  found[company.name!] = count;
}
assert.deepEqual(found, { "Northwind Glass": 5, "Northwind Paper": 5, "Northwind Tools": 5 });

const { opened, answers } = listen(Changes, { input: { objectNameSingular: "company", recordId: ids[0] } });
const heard = answers.next();
await opened;
const { updateCompany } = await ask(UpdateCompany, { id: ids[0]!, data: { employees: 50 } });
assert.equal(updateCompany?.employees, 50);
const { value } = await heard;
assert.equal(value.data?.onDbEvent.action, "UPDATED");
assert.deepEqual(value.data?.onDbEvent.updatedFields?.filter((name: string) => name !== "updatedAt"), ["employees"]);
await answers.return?.();

const { destroyCompanies } = await ask(DestroyCompanies, { ids });
assert.equal(destroyCompanies?.length, 3);
const none = await ask(UpdateCompany, { id: ids[0]!, data: { employees: 1 } }).catch((fault: unknown) => fault);
assert(none instanceof Refused && none.errors[0]?.extensions?.code === "NOT_FOUND");
console.log("GraphQL in TypeScript: done");
