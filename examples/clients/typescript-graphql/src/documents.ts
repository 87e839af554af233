import { graphql } from "./gql/index.js";

export const CreateCompany = graphql(`
  mutation CreateCompany($data: CompanyCreateInput!) {
    createCompany(data: $data) { id name }
  }
`);

export const Companies = graphql(`
  query Companies($filter: CompanyFilterInput, $after: String) {
    companies(filter: $filter, first: 2, after: $after, orderBy: [{ name: AscNullsLast }]) {
      totalCount
      edges { node { id name people(first: 2) { ...People } } }
      pageInfo { hasNextPage endCursor }
    }
  }

  fragment People on PersonConnection {
    totalCount
    edges { node { id name { firstName lastName } emails { primaryEmail } } }
    pageInfo { hasNextPage endCursor }
  }
`);

export const PeopleOfCompany = graphql(`
  query PeopleOfCompany($id: ID!, $after: String) {
    company(filter: { id: { eq: $id } }) { id people(first: 2, after: $after) { ...People } }
  }
`);

export const UpdateCompany = graphql(`
  mutation UpdateCompany($id: ID!, $data: CompanyUpdateInput!) {
    updateCompany(id: $id, data: $data) { id employees }
  }
`);

export const DestroyCompanies = graphql(`
  mutation DestroyCompanies($ids: [ID!]!) {
    destroyPeople(filter: { companyId: { in: $ids } }) { id }
    destroyCompanies(filter: { id: { in: $ids } }) { id }
  }
`);

export const Changes = graphql(`
  subscription Changes($input: OnDbEventInput!) {
    onDbEvent(input: $input) { number action recordId updatedFields record }
  }
`);
