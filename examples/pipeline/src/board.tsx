// The deals by stage. They are dragged from column to column, or moved by the list on each card.
import { useMutation, useQuery } from "@apollo/client/react";
import { useState } from "react";
import { DealCard } from "./deal-card";
import { BoardDocument, MoveDocument } from "./documents";
import { useDrop } from "./dragging";
import { count, money } from "./format";
import type { BoardQuery, DealFragment } from "./gql/graphql";
import { Problem } from "./problem";
import { labelOf, moved, STAGES, type Stage } from "./stages";

const PAGE = 25;

export function Board() {
  const [first, setFirst] = useState(PAGE);
  const [said, setSaid] = useState("");
  const [movedId, setMovedId] = useState<string>();
  const { data, previousData, error, refetch } = useQuery(BoardDocument, {
    variables: { first },
    fetchPolicy: "cache-and-network", // so that it is live, even where all of it is known
  });
  const [mutate] = useMutation(MoveDocument);
  const board = data ?? previousData;

  const move = async (deal: DealFragment, stage: Stage) => {
    if (!deal.id || deal.stage === stage) return;
    setMovedId(deal.id);
    setSaid(`${deal.name} is in ${labelOf(stage)} now.`);
    try {
      await mutate({
        variables: { id: deal.id, stage },
        optimisticResponse: { updateOpportunity: { __typename: "Opportunity", id: deal.id, stage } as never },
        update: (cache) =>
          cache.updateQuery({ query: BoardDocument, variables: { first } }, (known) =>
            known ? moved(known, deal, stage) : undefined,
          ),
      });
    } catch (fault) {
      setSaid(`${deal.name} could not be moved: ${fault instanceof Error ? fault.message : String(fault)}`);
    }
  };

  if (error && !board) return <Problem error={error} again={() => void refetch()} />;
  return (
    <>
      <h1 className="unseen">Deals by stage</h1>
      <p className="said" role="status">
        {said}
      </p>
      <div className="board" aria-busy={!board}>
        {STAGES.map(({ stage, label }) => (
          <Column
            key={stage}
            stage={stage}
            label={label}
            board={board}
            movedId={movedId}
            move={(deal, to) => void move(deal, to)}
            more={() => setFirst(first + PAGE)}
          />
        ))}
      </div>
    </>
  );
}

type ColumnProps = {
  stage: Stage;
  label: string;
  board: BoardQuery | undefined;
  movedId: string | undefined;
  move: (deal: DealFragment, stage: Stage) => void;
  more: () => void;
};

function Column({ stage, label, board, movedId, move, more }: ColumnProps) {
  const column = board?.[stage];
  const deals = (column?.edges ?? []).flatMap(({ node }) => (node ? [node] : []));
  const left = (column?.totalCount ?? 0) - deals.length;
  const drop = useDrop((deal) => move(deal, stage));
  return (
    <section className="column" data-stage={stage} data-over={drop.isOver} aria-label={label} {...drop.handlers}>
      <header>
        <h2>
          <span className="dot" />
          {label} <span className="number">{column ? count(column.totalCount) : ""}</span>
        </h2>
        <p className="sums">{board ? sums(board, stage) : " "}</p>
      </header>
      <ul>
        {deals.map((deal) => (
          <li key={deal.id}>
            <DealCard deal={deal} move={move} wasMoved={deal.id === movedId} />
          </li>
        ))}
        {!board && [1, 2, 3].map((place) => <li key={place} className="card waiting" />)}
      </ul>
      {board && deals.length === 0 && <p className="empty">Drop a deal here</p>}
      {left > 0 && (
        <button className="quiet" onClick={more}>
          {count(left)} more
        </button>
      )}
    </section>
  );
}

/** `€787k · $298k`: amounts of different currencies are not added up. */
function sums(board: BoardQuery, stage: Stage): string {
  const groups = (board.totals ?? []).filter(({ groupByDimensionValues: of }) => of?.[0] === stage && of[1]);
  groups.sort((one, other) => (other.sumAmountAmountMicros ?? 0) - (one.sumAmountAmountMicros ?? 0));
  const texts = groups.map((group) => money(group.sumAmountAmountMicros, group.groupByDimensionValues?.[1], "compact"));
  return texts.slice(0, 3).join(" · ") || " ";
}
