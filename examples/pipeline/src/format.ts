// How values are written. All of them may be missing.
type Maybe<T> = T | null | undefined;

const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const number = new Intl.NumberFormat();

export const day = (value: Maybe<string>): string => (value ? date.format(new Date(value)) : "");
export const time = (value: Maybe<string>): string => (value ? moment.format(new Date(value)) : "");
export const count = (value: Maybe<number>): string => number.format(value ?? 0);

export function fullName(name: Maybe<{ firstName?: Maybe<string>; lastName?: Maybe<string> }>): string {
  return [name?.firstName, name?.lastName].filter(Boolean).join(" ");
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => word?.[0] ?? "").join("");
}

export function money(micros: Maybe<number>, currency: Maybe<string>, notation: "standard" | "compact" = "standard"): string {
  if (micros == null || !currency) return "";
  const style = { style: "currency", currency, notation, maximumFractionDigits: notation === "compact" ? 1 : 0 } as const;
  return new Intl.NumberFormat(undefined, style).format(micros / 1_000_000);
}
