// GraphiQL on this page's address: what it asks, and the tabs that it begins with.
import { request } from './graphql.js';
import { hidePlain, load, showPlain, sources } from './sources.js';

const PATH = location.pathname.endsWith('/metadata') ? '/metadata' : '/graphql';
const NOTE = '# Ctrl-Enter runs it. The token is in this browser tab alone.\n';
const TABS = {
  '/graphql': [
    {
      query: `${NOTE}
# Companies with their people: one SQL statement, however deep.
query Nested {
  companies(first: 10, orderBy: [{ name: AscNullsLast }]) {
    totalCount
    edges {
      node {
        id
        name
        people(first: 3) {
          totalCount
          edges {
            node {
              name { firstName lastName }
              emails { primaryEmail }
            }
          }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    },
    {
      query: `# Several people at once, in one statement: all or none.
mutation Batch($data: [PersonCreateInput!]!) {
  createPeople(data: $data) {
    id
    name { firstName lastName }
    company { id name }
  }
}
`,
      variables: JSON.stringify({
        data: [
          { name: { firstName: 'Ada', lastName: 'Lovelace' }, jobTitle: 'Analyst', city: 'London' },
          { name: { firstName: 'Grace', lastName: 'Hopper' }, jobTitle: 'Admiral', city: 'New York' },
        ],
      }, null, 2),
    },
    {
      query: `# People by what their companies are like, and in that order.
query ThroughRelation($company: String!) {
  people(
    filter: { company: { name: { ilike: $company } } }
    orderBy: [{ company: { name: AscNullsLast } }, { name: { lastName: AscNullsLast } }]
    first: 20
  ) {
    totalCount
    edges {
      node {
        name { firstName lastName }
        company { name }
      }
    }
  }
}
`,
      variables: JSON.stringify({ company: 'a%' }, null, 2),
    },
    {
      query: `# Answered again whenever a write, by anybody, changes it.
# The stop button ends it.
query Live @live {
  companies(first: 5, orderBy: [{ createdAt: DescNullsLast }]) {
    totalCount
    edges {
      node {
        name
        createdAt
      }
    }
  }
}
`,
    },
  ],
  '/metadata': [
    {
      query: `${NOTE}
# The objects, and the fields of each.
query Objects {
  objects(paging: { first: 40 }) {
    edges {
      node {
        nameSingular
        labelPlural
        fieldsList { name type }
      }
    }
  }
}
`,
    },
  ],
}[PATH];

// Tokens stay out of what GraphiQL keeps between visits, and the two addresses keep their tabs apart.
const storage = {
  getItem: (name) => localStorage.getItem(`${PATH} ${name}`),
  setItem: (name, value) => localStorage.setItem(`${PATH} ${name}`, value),
  removeItem: (name) => localStorage.removeItem(`${PATH} ${name}`),
  clear: () => localStorage.clear(),
  get length() {
    return localStorage.length;
  },
};

const properties = {
  fetcher: (parameters, options) => request(PATH, parameters, { headers: options?.headers }),
  defaultTabs: TABS,
  defaultQuery: TABS[0].query,
  shouldPersistHeaders: false,
  isHeadersEditorEnabled: false,
  storage,
};

try {
  const loaded = await load(sources);
  const element = document.getElementById('graphiql');
  hidePlain();
  if (loaded) {
    loaded.mount(element, properties);
  } else {
    ReactDOM.createRoot(element).render(React.createElement(GraphiQL, properties));
  }
} catch (error) {
  console.warn(String(error));
  showPlain();
}
