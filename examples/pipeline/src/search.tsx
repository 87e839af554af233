// Search as you type, as a combobox: arrows choose, Enter opens, Escape closes.
import { skipToken, useQuery } from "@apollo/client/react";
import { useEffect, useId, useState, type KeyboardEvent } from "react";
import { SearchDocument } from "./documents";
import type { SearchQuery } from "./gql/graphql";
import { companyPath } from "./routing";
import { labelOf } from "./stages";

const PAUSE_MS = 120;

type Found = SearchQuery["search"]["edges"][number]["node"];

export function Search() {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const [isOpen, setIsOpen] = useState(false);
  const words = useLater(text.trim());
  const { data, previousData } = useQuery(SearchDocument, words ? { variables: { words } } : skipToken);
  const found = words ? ((data ?? previousData)?.search.edges ?? []).map(({ node }) => node) : [];
  const list = useId();
  const isShown = isOpen && words !== "";

  const open = (one: Found | undefined) => {
    const id = one && companyOf(one);
    if (!id) return;
    location.hash = companyPath(id);
    setText("");
    setIsOpen(false);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      setIsOpen(true);
      setChosen((chosen + step + found.length) % found.length);
    } else if (event.key === "Enter") open(found[chosen]);
    else if (event.key === "Escape") setIsOpen(false);
  };

  return (
    <div className="search">
      <input
        type="search"
        role="combobox"
        aria-label="Search companies, people and deals"
        aria-expanded={isShown}
        aria-controls={list}
        aria-activedescendant={isShown && found.length ? `${list}-${chosen}` : undefined}
        placeholder="Search companies, people, deals"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
          setIsOpen(event.target.value !== ""); // Escape empties it, too
        }}
        onKeyDown={press}
        onBlur={() => setIsOpen(false)}
      />
      {isShown && (
        <ul id={list} role="listbox" aria-label="Found">
          {found.map((one, place) => (
            <li
              key={one.recordId}
              id={`${list}-${place}`}
              role="option"
              aria-selected={place === chosen}
              onPointerDown={(event) => {
                event.preventDefault(); // the input keeps the focus
                open(one);
              }}
              onPointerEnter={() => setChosen(place)}
            >
              <span>{one.label}</span>
              <span>{about(one)}</span>
            </li>
          ))}
          {found.length === 0 && data && <li className="empty">Nothing begins like that.</li>}
        </ul>
      )}
    </div>
  );
}

function companyOf({ record }: Found): string | null | undefined {
  if (record?.__typename === "Company") return record.id;
  if (record?.__typename === "Person" || record?.__typename === "Opportunity") return record.company?.id;
  return undefined;
}

function about({ record }: Found): string {
  if (record?.__typename === "Company") return record.address?.addressCity ?? "";
  if (record?.__typename === "Person") return [record.jobTitle, record.company?.name].filter(Boolean).join(", ");
  if (record?.__typename === "Opportunity") return labelOf(record.stage);
  return "";
}

/** A value once it has stayed the same for a moment. */
function useLater(value: string): string {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return later;
}
