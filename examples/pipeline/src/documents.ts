// All operations of this app. `npm run generate` gives them their types.
import { graphql } from "./gql";

graphql(`
  fragment Deal on Opportunity {
    id
    name
    stage
    closeDate
    amount { amountMicros currencyCode }
    company { id name }
    pointOfContact { id name { firstName lastName } jobTitle }
  }

  fragment Column on OpportunityConnection {
    totalCount
    edges { node { ...Deal } }
  }
`);

/** The whole board, answered again whenever something of it changes. */
export const BoardDocument = graphql(`
  query Board($first: Int!) @live {
    NEW: opportunities(filter: { stage: { eq: NEW } }, orderBy: [{ position: AscNullsLast }], first: $first) { ...Column }
    SCREENING: opportunities(filter: { stage: { eq: SCREENING } }, orderBy: [{ position: AscNullsLast }], first: $first) { ...Column }
    MEETING: opportunities(filter: { stage: { eq: MEETING } }, orderBy: [{ position: AscNullsLast }], first: $first) { ...Column }
    PROPOSAL: opportunities(filter: { stage: { eq: PROPOSAL } }, orderBy: [{ position: AscNullsLast }], first: $first) { ...Column }
    CUSTOMER: opportunities(filter: { stage: { eq: CUSTOMER } }, orderBy: [{ position: AscNullsLast }], first: $first) { ...Column }
    totals: opportunitiesGroupBy(groupBy: [{ stage: true }, { amount: { currencyCode: true } }]) {
      groupByDimensionValues
      sumAmountAmountMicros
    }
  }
`);

export const MoveDocument = graphql(`
  mutation Move($id: ID!, $stage: OpportunityStageEnum!) {
    updateOpportunity(id: $id, data: { stage: $stage, position: "first" }) { id stage }
  }
`);

export const SearchDocument = graphql(`
  query Search($words: String!) {
    search(searchInput: $words, limit: 8, includedObjectNameSingulars: ["company", "person", "opportunity"]) {
      edges {
        node {
          recordId
          label
          record {
            __typename
            ... on Company { id address { addressCity } }
            ... on Person { id jobTitle company { id name } }
            ... on Opportunity { id stage company { id name } }
          }
        }
      }
    }
  }
`);

export const CompanyDocument = graphql(`
  query Company($id: ID!) @live {
    company(filter: { id: { eq: $id } }) {
      id
      name
      employees
      domainName { primaryLinkUrl }
      annualRecurringRevenue { amountMicros currencyCode }
      address { addressCity addressCountry }
      accountOwner { id name { firstName lastName } }
      opportunities(orderBy: [{ closeDate: AscNullsLast }], first: 20) {
        totalCount
        edges { cursor node { ...Deal } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const PeopleDocument = graphql(`
  query People($id: ID!, $after: String) {
    company(filter: { id: { eq: $id } }) {
      id
      people(first: 8, after: $after, orderBy: [{ name: { lastName: AscNullsLast } }]) {
        totalCount
        edges { cursor node { id name { firstName lastName } jobTitle emails { primaryEmail } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const NotesDocument = graphql(`
  query Notes($id: ID!, $after: String) {
    company(filter: { id: { eq: $id } }) {
      id
      noteTargets(first: 5, after: $after, orderBy: [{ createdAt: DescNullsLast }]) {
        totalCount
        edges { cursor node { id note { id title createdAt bodyV2 { markdown } createdBy { name } } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const TasksDocument = graphql(`
  query Tasks($id: ID!, $after: String) {
    company(filter: { id: { eq: $id } }) {
      id
      taskTargets(first: 8, after: $after, orderBy: [{ task: { status: AscNullsLast } }, { task: { dueAt: AscNullsLast } }]) {
        totalCount
        edges { cursor node { id task { id title status dueAt assignee { id name { firstName lastName } } } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const FinishDocument = graphql(`
  mutation Finish($id: ID!, $status: TaskStatusEnum!) {
    updateTask(id: $id, data: { status: $status }) { id status }
  }
`);

/** The threads in which somebody of the company takes part, each with its first messages. */
export const ThreadsDocument = graphql(`
  query Threads($id: ID!, $after: String) {
    messageThreads(
      first: 4
      after: $after
      filter: { messages: { some: { messageParticipants: { some: { person: { companyId: { eq: $id } } } } } } }
    ) {
      totalCount
      edges {
        cursor
        node { id messages(first: 2, orderBy: [{ receivedAt: AscNullsLast }]) { ...Messages } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }

  fragment Messages on MessageConnection {
    totalCount
    edges {
      cursor
      node {
        id
        subject
        text
        receivedAt
        messageParticipants(filter: { role: { eq: from } }, first: 1) { edges { node { id displayName } } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
`);

export const MessagesDocument = graphql(`
  query Messages($id: ID!, $after: String) {
    messageThread(filter: { id: { eq: $id } }) {
      id
      messages(first: 2, after: $after, orderBy: [{ receivedAt: AscNullsLast }]) { ...Messages }
    }
  }
`);
