// What graphql-codegen made compiles, and knows what the operations take and answer.
import type { CompaniesQuery, CreateCompanyMutationVariables } from "./codegen_operations.js";
import type { Company } from "./codegen_schema.js";

export const variables: CreateCompanyMutationVariables = { data: { name: "By codegen" } };

export function domain(company: Company): string | null | undefined {
  return company.domainName?.primaryLinkUrl;
}

export function names(answer: CompaniesQuery): (string | null | undefined)[] {
  return (answer.companies?.edges ?? []).map((edge) => edge.node?.name);
}
