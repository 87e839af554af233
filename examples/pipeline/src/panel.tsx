// A titled box with a list in it, and the number of all that there is.
import type { ReactNode } from "react";
import { count } from "./format";

export function Panel({ title, total, children }: { title: string; total?: number | null; children: ReactNode }) {
  return (
    <section className="panel" aria-label={title}>
      <h2>
        {title} <span className="number">{total == null ? "" : count(total)}</span>
      </h2>
      {total === 0 ? <p className="empty">None yet.</p> : children}
    </section>
  );
}
