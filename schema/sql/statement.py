"""The one door from a plan to its statement. Nothing else of this package is used outside it."""

from uuid import UUID

from schema.context import Statement
from schema.plan.nodes import (
    Create,
    DeleteLosers,
    Destroy,
    ExtendTimelines,
    FindDeliveries,
    FindDuplicates,
    FindEach,
    FindMany,
    FindMatches,
    FindMerged,
    GroupBy,
    LockMerged,
    LockParts,
    Merge,
    Plan,
    PreviewMerge,
    ReadEvents,
    RecordEvents,
    RecordsById,
    Relaying,
    Restore,
    Search,
    SoftDelete,
    Update,
    Upsert,
    Write,
)
from schema.sql import (
    deliveries,
    destroys,
    duplicates,
    feed,
    grouping,
    inserts,
    merges,
    queries,
    recording,
    search,
    timelines,
    updates,
    upserts,
)
from schema.sql.fragments import Scope


def statement(workspace_id: UUID, plan: Plan | Relaying, *, records_events: bool = False) -> Statement:
    """The statement of a plan. Each row that it answers is what `plan.row` makes of its columns.

    One that writes, and `records_events`, has `ORIGIN` among its values.
    """
    scope = Scope(workspace_id, records_events=records_events)
    match plan:
        case FindMany():
            return queries.find_many(scope, plan)
        case FindEach():
            return queries.find_each(scope, plan)
        case RecordsById():
            return queries.records_by_id(scope, plan)
        case FindDuplicates():
            return duplicates.find_duplicates(scope, plan)
        case GroupBy():
            return grouping.group_by(scope, plan)
        case Search():
            return search.search(scope, plan)
        case FindDeliveries():
            return deliveries.find_deliveries(scope, plan)
        case FindMatches():
            return upserts.look_up(scope, plan)
        case FindMerged():
            return merges.look_up(scope, plan)
        case LockMerged():
            return merges.lock(scope, plan)
        case LockParts():
            return updates.lock_parts(scope, plan)
        case DeleteLosers():
            return merges.delete_losers(scope, plan)
        case PreviewMerge():
            return merges.preview(scope, plan)
        case Write():
            return _write(scope, plan)
        case ReadEvents():
            return feed.read_events(scope, plan)
        case RecordEvents():
            return recording.record_events(scope, plan)
        case ExtendTimelines():
            return timelines.extend_timelines(scope, plan)


def _write(scope: Scope, write: Write) -> Statement:
    match write.change:
        case Create() as change:
            return inserts.create(scope, change, write)
        case Upsert() as change:
            return upserts.upsert(scope, change, write)
        case Update() as change:
            return updates.update(scope, change, write)
        case SoftDelete() as change:
            return updates.soft_delete(scope, change, write)
        case Restore() as change:
            return updates.restore(scope, change, write)
        case Destroy() as change:
            return destroys.destroy(scope, change, write)
        case Merge() as change:
            return merges.fill_winner(scope, change, write)
