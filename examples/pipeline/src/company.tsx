// One company: its deals, people, notes, tasks and threads. Each list asks for its own pages.
import { useQuery } from "@apollo/client/react";
import { useEffect, useRef } from "react";
import { CompanyDocument } from "./documents";
import { count, day, fullName, money } from "./format";
import { Notes } from "./notes";
import { People } from "./people";
import { Problem } from "./problem";
import { labelOf } from "./stages";
import { Tasks } from "./tasks";
import { Threads } from "./threads";

export function Company({ id }: { id: string }) {
  const { data, error, loading, refetch } = useQuery(CompanyDocument, { variables: { id }, fetchPolicy: "cache-and-network" });
  const title = useRef<HTMLHeadingElement>(null);
  const isThere = !!data?.company;
  useEffect(() => title.current?.focus(), [isThere]); // a new page begins at its title
  if (error) return <Problem error={error} again={() => void refetch()} />;
  const company = data?.company;
  if (!company) return <p className="empty">{loading ? "Loading…" : "There is no such company."}</p>;
  const { domainName, address, accountOwner, annualRecurringRevenue: revenue } = company;
  const link = domainName?.primaryLinkUrl ?? "";
  const place = [address?.addressCity, address?.addressCountry].filter(Boolean).join(", ");
  const facts: [string, string][] = [
    ["Place", place],
    ["Employees", count(company.employees)],
    ["Revenue a year", money(revenue?.amountMicros, revenue?.currencyCode, "compact")],
    ["Looked after by", fullName(accountOwner?.name)],
  ];
  return (
    <div className="company">
      <header>
        <a href="#/">← Deals</a>
        <h1 ref={title} tabIndex={-1}>
          {company.name}
        </h1>
        {link && <p>{link.replace("https://", "")}</p>}
        <dl>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value || "–"}</dd>
            </div>
          ))}
        </dl>
      </header>
      <ul className="deals" aria-label="Deals">
        {(company.opportunities?.edges ?? []).map(({ node }) => (
          <li key={node?.id} data-stage={node?.stage}>
            <span className="dot" /> <strong>{node?.name?.split(" – ").at(-1)}</strong>{" "}
            {money(node?.amount?.amountMicros, node?.amount?.currencyCode)}
            <span className="stage">
              {labelOf(node?.stage)}, {day(node?.closeDate)}
            </span>
          </li>
        ))}
      </ul>
      <div className="panels">
        <People id={id} />
        <Tasks id={id} />
        <Threads id={id} />
        <Notes id={id} />
      </div>
    </div>
  );
}
