// Two lists in one another: threads by pages, and in each of them messages by pages.
import { useApolloClient, useQuery } from "@apollo/client/react";
import { useState } from "react";
import { MessagesDocument, ThreadsDocument } from "./documents";
import { Endless } from "./endless";
import { count, initials, time } from "./format";
import type { ThreadsQuery } from "./gql/graphql";
import { Panel } from "./panel";
import { Problem } from "./problem";

export function Threads({ id }: { id: string }) {
  const { data, error, fetchMore } = useQuery(ThreadsDocument, { variables: { id } });
  const threads = data?.messageThreads;
  return (
    <Panel title="Messages" total={threads?.totalCount}>
      {error && <Problem error={error} />}
      <Endless label="Messages" page={threads?.pageInfo} more={(after) => fetchMore({ variables: { after } })}>
        {(threads?.edges ?? []).map(({ node }) => node && <Thread key={node.id} thread={node} />)}
      </Endless>
    </Panel>
  );
}

type ThreadNode = NonNullable<NonNullable<NonNullable<ThreadsQuery["messageThreads"]>["edges"]>[number]["node"]>;

function Thread({ thread }: { thread: ThreadNode }) {
  const client = useApolloClient();
  const [isLoading, setIsLoading] = useState(false);
  const { messages } = thread;
  const edges = messages?.edges ?? [];
  const left = (messages?.totalCount ?? 0) - edges.length;
  const more = async () => {
    if (!thread.id) return;
    setIsLoading(true);
    // What comes joins the messages that the cache has of this thread.
    const variables = { id: thread.id, after: messages?.pageInfo?.endCursor };
    await client.query({ query: MessagesDocument, variables, fetchPolicy: "network-only" });
    setIsLoading(false);
  };
  return (
    <li className="thread">
      <strong>{edges[0]?.node?.subject}</strong>
      <ol>
        {edges.map(({ node }) => {
          const sender = node?.messageParticipants?.edges?.[0]?.node?.displayName ?? "";
          return (
            <li key={node?.id}>
              <span className="initials" aria-hidden>
                {initials(sender)}
              </span>
              <div>
                <p>
                  <b>{sender}</b> <time dateTime={node?.receivedAt ?? undefined}>{time(node?.receivedAt)}</time>
                </p>
                <p className="text">{node?.text}</p>
              </div>
            </li>
          );
        })}
      </ol>
      {left > 0 && (
        <button className="quiet" onClick={() => void more()} disabled={isLoading}>
          {isLoading ? "Loading…" : `${count(left)} more ${left === 1 ? "message" : "messages"}`}
        </button>
      )}
    </li>
  );
}
