// The client: queries and mutations go over HTTP, live queries and subscriptions over one WebSocket.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { getMainDefinition, relayStylePagination } from "@apollo/client/utilities";
import type { DocumentNode } from "graphql";
import { createClient } from "graphql-ws";
import { connection } from "./connection";

export type Session = { client: ApolloClient; close: () => void };

export function clientOf(token: string): Session {
  const headers = { Authorization: `Bearer ${token}` };
  const url = new URL("/graphql", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = createClient({
    url: url.href,
    connectionParams: headers,
    retryAttempts: Infinity,
    shouldRetry: (event) => !(event instanceof CloseEvent && event.code === 4403),
    on: { connected: () => connection.set(true), closed: () => connection.set(false) },
  });
  const link = ApolloLink.split(
    ({ query }) => isStream(query),
    new GraphQLWsLink(socket),
    new HttpLink({ uri: "/graphql", headers }),
  );
  return { client: new ApolloClient({ link, cache: cache() }), close: () => void socket.dispose() };
}

// What is loaded page by page is one list in the cache.
function cache(): InMemoryCache {
  const paged = relayStylePagination(["filter", "orderBy"]);
  return new InMemoryCache({
    typePolicies: {
      Query: { fields: { messageThreads: paged } },
      Company: { fields: { people: paged, noteTargets: paged, taskTargets: paged, opportunities: paged } },
      MessageThread: { fields: { messages: paged } },
    },
  });
}

function isStream(query: DocumentNode): boolean {
  const definition = getMainDefinition(query);
  if (definition.kind !== "OperationDefinition") return false;
  return definition.operation === "subscription" || !!definition.directives?.some(({ name }) => name.value === "live");
}
