import { useQuery } from "@apollo/client/react";
import { NotesDocument } from "./documents";
import { Endless } from "./endless";
import { day } from "./format";
import { Panel } from "./panel";
import { Problem } from "./problem";

export function Notes({ id }: { id: string }) {
  const { data, error, fetchMore } = useQuery(NotesDocument, { variables: { id } });
  const notes = data?.company?.noteTargets;
  return (
    <Panel title="Notes" total={notes?.totalCount}>
      {error && <Problem error={error} />}
      <Endless label="Notes" page={notes?.pageInfo} more={(after) => fetchMore({ variables: { after } })}>
        {(notes?.edges ?? []).map(({ node }) => (
          <li key={node?.id} className="note">
            <strong>{node?.note?.title}</strong>
            <p className="text">{plain(node?.note?.bodyV2?.markdown ?? "")}</p>
            <p>
              {node?.note?.createdBy?.name}, {day(node?.note?.createdAt)}
            </p>
          </li>
        ))}
      </Endless>
    </Panel>
  );
}

/** Markdown as a reader without its signs sees it. */
const plain = (markdown: string): string => markdown.replace(/^(\s*)- /gm, "$1• ").replace(/(\*\*|_)(.+?)\1/g, "$2");
