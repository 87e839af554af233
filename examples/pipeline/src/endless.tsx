// A list that loads its next page when its end comes into view, or at a press of the button that stands there.
import { useEffect, useRef, useState, type ReactNode } from "react";

type PageInfo = { hasNextPage: boolean; endCursor?: string | null } | null | undefined;

type Props = {
  label: string;
  page: PageInfo;
  more: (after: string) => Promise<unknown>;
  children: ReactNode;
};

export function Endless({ label, page, more, children }: Props) {
  const end = useRef<HTMLButtonElement>(null);
  const [isLoading, setIsLoading] = useState(false);
  const after = page?.hasNextPage ? page.endCursor : undefined;
  const load = () => {
    if (!after || isLoading) return;
    setIsLoading(true);
    void more(after).finally(() => setIsLoading(false));
  };
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (!end.current) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && latest.current(),
      { root: end.current.closest(".scroll"), rootMargin: "80px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [after]);
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label={label}>
      <ul>{children}</ul>
      {after && (
        <button ref={end} className="quiet" onClick={load} disabled={isLoading}>
          {isLoading ? "Loading…" : "More"}
        </button>
      )}
    </div>
  );
}
