import { useQuery } from "@apollo/client/react";
import { PeopleDocument } from "./documents";
import { Endless } from "./endless";
import { fullName, initials } from "./format";
import { Panel } from "./panel";
import { Problem } from "./problem";

export function People({ id }: { id: string }) {
  const { data, error, fetchMore } = useQuery(PeopleDocument, { variables: { id } });
  const people = data?.company?.people;
  return (
    <Panel title="People" total={people?.totalCount}>
      {error && <Problem error={error} />}
      <Endless label="People" page={people?.pageInfo} more={(after) => fetchMore({ variables: { after } })}>
        {(people?.edges ?? []).map(({ node }) => (
          <li key={node?.id} className="person">
            <span className="initials" aria-hidden>
              {initials(fullName(node?.name))}
            </span>
            <div>
              <strong>{fullName(node?.name)}</strong>
              <p>{node?.jobTitle}</p>
            </div>
            <a href={`mailto:${node?.emails?.primaryEmail}`} aria-label={`Write to ${fullName(node?.name)}`}>
              {node?.emails?.primaryEmail?.split("@")[0]}
            </a>
          </li>
        ))}
      </Endless>
    </Panel>
  );
}
