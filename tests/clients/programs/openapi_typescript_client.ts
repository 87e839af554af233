// What openapi-typescript made compiles, and knows what a company is.
import type { components, operations } from "./openapi_typescript.js";

export const company: components["schemas"]["Company"] = {
  name: "By openapi-typescript",
  domainName: { primaryLinkUrl: "https://acme.example", secondaryLinks: [{ label: "Shop", url: "https://acme.example/shop" }] },
  people: { create: [{ emails: { primaryEmail: "ada@acme.example", additionalEmails: ["a@acme.example"] } }] },
};

type Groups = operations["groupByCompanies"]["responses"]["200"]["content"]["application/json"];

export function firstValues(groups: Groups): (string | null | undefined)[] {
  return groups.map((group) => group.groupByDimensionValues[0]);
}
