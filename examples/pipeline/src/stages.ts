// The columns of the board, and what moving a deal does to them before the server has answered.
import type { BoardQuery, ColumnFragment, DealFragment, OpportunityStageEnum as Stage } from "./gql/graphql";

export type { Stage };

export const STAGES: readonly { stage: Stage; label: string }[] = [
  { stage: "NEW", label: "New" },
  { stage: "SCREENING", label: "Screening" },
  { stage: "MEETING", label: "Meeting" },
  { stage: "PROPOSAL", label: "Proposal" },
  { stage: "CUSTOMER", label: "Customer" },
];

export const labelOf = (stage: Stage | null | undefined): string =>
  STAGES.find((one) => one.stage === stage)?.label ?? "";

/** The board with a deal on top of the column of a stage, wherever it was. Twice is once. */
export function moved(board: BoardQuery, deal: DealFragment, stage: Stage): BoardQuery {
  const changed = { ...board };
  for (const one of STAGES) {
    const column = board[one.stage];
    if (!column) continue;
    const rest = column.edges?.filter(({ node }) => node?.id !== deal.id) ?? [];
    const wasHere = rest.length < (column.edges?.length ?? 0);
    if (one.stage === stage) {
      // An edge is spread so that it keeps what the cache has added to it.
      const edge = { ...anyEdge(board), node: { ...deal, stage } };
      changed[one.stage] = { ...column, edges: [edge, ...rest], totalCount: total(column, wasHere ? 0 : 1) };
    } else if (wasHere) {
      changed[one.stage] = { ...column, edges: rest, totalCount: total(column, -1) };
    }
  }
  return changed;
}

const total = (column: ColumnFragment, more: number): number => (column.totalCount ?? 0) + more;

function anyEdge(board: BoardQuery) {
  return STAGES.flatMap(({ stage }) => board[stage]?.edges ?? [])[0];
}
