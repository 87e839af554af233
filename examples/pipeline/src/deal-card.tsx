// One deal. Its list of stages does by keyboard and by touch what dragging does.
import { useEffect, useRef, useState } from "react";
import { carry } from "./dragging";
import { day, fullName, money } from "./format";
import type { DealFragment } from "./gql/graphql";
import { companyPath } from "./routing";
import { STAGES, type Stage } from "./stages";

type Props = { deal: DealFragment; move: (deal: DealFragment, stage: Stage) => void; wasMoved: boolean };

export function DealCard({ deal, move, wasMoved }: Props) {
  const [isDragged, setIsDragged] = useState(false);
  const list = useRef<HTMLSelectElement>(null);
  // The card of a deal that was moved is a new one in another column, and keeps the focus.
  useEffect(() => {
    if (wasMoved) list.current?.focus({ preventScroll: false });
  }, [wasMoved]);
  const contact = fullName(deal.pointOfContact?.name);
  return (
    <article
      className="card"
      draggable
      data-dragged={isDragged}
      aria-label={deal.name ?? ""}
      onDragStart={(event) => {
        carry(event, deal);
        setIsDragged(true);
      }}
      onDragEnd={() => setIsDragged(false)}
    >
      <h3>
        {deal.company?.id ? (
          <a href={companyPath(deal.company.id)} draggable={false}>
            {deal.company.name}
          </a>
        ) : (
          deal.name
        )}
      </h3>
      <p className="about">{product(deal)}</p>
      {contact && (
        <p className="contact">
          {contact}
          {deal.pointOfContact?.jobTitle && <span>, {deal.pointOfContact.jobTitle}</span>}
        </p>
      )}
      <footer>
        <strong>{money(deal.amount?.amountMicros, deal.amount?.currencyCode)}</strong>
        <time dateTime={deal.closeDate ?? undefined}>{day(deal.closeDate)}</time>
        <select
          ref={list}
          aria-label={`Stage of ${deal.name}`}
          value={deal.stage ?? "NEW"}
          onChange={(event) => move(deal, event.target.value as Stage)}
        >
          {STAGES.map(({ stage, label }) => (
            <option key={stage} value={stage}>
              {label}
            </option>
          ))}
        </select>
      </footer>
    </article>
  );
}

/** The name of a deal without that of its company, which stands above it: `Alder Freight – Rollout` is `Rollout`. */
function product(deal: DealFragment): string {
  const [company, ...rest] = (deal.name ?? "").split(" – ");
  return rest.length && company && deal.company?.name?.startsWith(company) ? rest.join(" – ") : (deal.name ?? "");
}
