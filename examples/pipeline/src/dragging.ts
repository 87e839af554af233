// A deal on its way from column to column, as the browser carries it.
import { useRef, useState, type DragEvent } from "react";
import type { DealFragment } from "./gql/graphql";

const KIND = "application/x-icosa-deal";

export function carry(event: DragEvent, deal: DealFragment): void {
  event.dataTransfer.setData(KIND, JSON.stringify(deal));
  event.dataTransfer.effectAllowed = "move";
}

export function useDrop(drop: (deal: DealFragment) => void) {
  const [isOver, setIsOver] = useState(false);
  const depth = useRef(0); // who enters a child leaves its parent
  const enter = (change: number) => {
    depth.current = Math.max(0, depth.current + change);
    setIsOver(depth.current > 0);
  };
  const isOurs = (event: DragEvent) => event.dataTransfer.types.includes(KIND);
  const handlers = {
    onDragEnter: (event: DragEvent) => isOurs(event) && enter(1),
    onDragLeave: (event: DragEvent) => isOurs(event) && enter(-1),
    onDragOver: (event: DragEvent) => isOurs(event) && event.preventDefault(),
    onDrop: (event: DragEvent) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      depth.current = 0;
      setIsOver(false);
      drop(JSON.parse(event.dataTransfer.getData(KIND)) as DealFragment);
    },
  };
  return { isOver, handlers };
}
