// Two pages, told by the fragment: the board, and `#/companies/…`.
import { useSyncExternalStore } from "react";

const COMPANY = /^#\/companies\/([\w-]+)$/;

export const companyPath = (id: string): string => `#/companies/${id}`;

export function useCompanyId(): string | undefined {
  const hash = useSyncExternalStore(
    (listener) => {
      addEventListener("hashchange", listener);
      return () => removeEventListener("hashchange", listener);
    },
    () => location.hash,
  );
  return COMPANY.exec(hash)?.[1];
}
