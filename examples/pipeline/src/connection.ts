// Whether the WebSocket is open, for whoever wants to show it.
import { useSyncExternalStore } from "react";

let isOpen = false;
const listeners = new Set<() => void>();

export const connection = {
  set(open: boolean): void {
    isOpen = open;
    listeners.forEach((listener) => listener());
  },
};

export function useConnection(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isOpen,
  );
}
