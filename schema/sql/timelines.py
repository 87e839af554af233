"""Events → the statement that writes them into the timelines of the records that they are about.

An event of a record with a timeline is on that; one of something that is attached to records (a note, a task) is on
theirs too, and so is its being attached. What happens to the same record by the same member within ten minutes is one
row, with all that has changed.
"""

from collections.abc import Iterator

from schema.catalog.model import Catalog, ObjectType, Relation
from schema.context import Statement
from schema.plan.nodes import ExtendTimelines
from schema.sql.events import MEMBER_ID, diff, least_id, member_of, new_id, stable_id
from schema.sql.fragments import WORKSPACE, Scope, a_moment_after, identifier, literal

TOGETHER = "interval '10 minutes'"
_TEN_MINUTES = 600  # seconds

# Of the timeline's object, beside the keys of the records that it is about.
NAME, PROPERTIES, HAPPENS_AT = "name", "properties", "happensAt"
LINKED_NAME, LINKED_ID, LINKED_OBJECT = "linkedRecordCachedName", "linkedRecordId", "linkedObjectMetadataId"


def extend_timelines(scope: Scope, plan: ExtendTimelines) -> Statement:
    """No rows. Records and members that are gone have no row more, and no name."""
    timeline = plan.catalog.timeline
    assert timeline is not None, "there is no timeline to extend"
    first, last = (scope.bind(number, "bigint") for number in (plan.first, plan.last))
    moment = f"{scope.bind(plan.recorded_at, 'text')}::timestamptz"
    keys = [relation for relation in timeline.to_one if relation.foreign_key != MEMBER_ID]
    members = timeline.columns[MEMBER_ID]
    member = next(relation for relation in timeline.to_one if relation.key is members)
    activity = " UNION ALL ".join([_own(keys), *_attached(plan.catalog, keys)])
    ctes = {
        "happened": _happened(plan.catalog, first, last, moment),
        "activity": activity,
        **{f"at_{n}": _there(relation.target_type, _ids_of(relation)) for n, relation in enumerate(keys)},
        "members": _there(member.target_type, "SELECT member_id FROM happened"),
        "shown": _shown(keys),
        "clusters": _clusters(),
        "found": _found(timeline, keys),
    }
    materialized = ", ".join(f"{name} AS MATERIALIZED ({query})" for name, query in ctes.items())
    return scope.statement(
        f"WITH {materialized}, extended AS ({_extend(timeline, moment)}), begun AS ({_begin(timeline, keys, moment)})"
        f" SELECT FROM begun LIMIT 0"
    )


def _happened(catalog: Catalog, first: str, last: str, moment: str) -> str:
    """The events that are shown: not a destroy, nor an update that changed nothing."""
    names = ", ".join(map(literal, catalog.on_timelines))
    changed = diff("before", "record", "updated_fields")
    return (
        f"SELECT number, object, action, record_id, record, happened_at, {member_of('origin')} AS member_id,"
        f" CASE WHEN action = 'updated' THEN ({changed})::jsonb END AS diff FROM event"
        f" WHERE workspace_id = {WORKSPACE} AND number BETWEEN {first} AND {last}"
        f" AND day = ({moment} AT TIME ZONE 'UTC')::date AND object IN ({names}) AND action <> 'destroyed'"
        f" AND updated_fields IS DISTINCT FROM '{{}}'"
    )


def _own(keys: list[Relation]) -> str:
    """On the timeline of the record itself."""
    own = ", ".join(f"({literal(key.target)}, {literal(key.foreign_key)})" for key in keys)
    return (
        "SELECT happened.*, object || '.' || action AS name, own.foreign_key, record_id AS target_id,"
        " NULL::uuid AS linked_id, NULL::uuid AS linked_object, '' AS label"
        f" FROM happened JOIN (VALUES {own}) AS own (of, foreign_key) ON own.of = happened.object"
    )


def _attached(catalog: Catalog, keys: list[Relation]) -> Iterator[str]:
    """On the timelines of the records that something is attached to."""
    for join in catalog.objects.values():
        if join.traits.attaches is None:
            continue
        relation = next(one for one in join.to_one if one.foreign_key == join.traits.attaches)
        attached = relation.target_type
        own_key = join.columns[join.traits.attaches]
        shared = {key.target: key.foreign_key for key in keys}
        ends = [one for one in join.to_one if one is not relation and one.target in shared]
        label = attached.fields[attached.traits.identifier].column
        named = f"'linked-{attached.name}.' || happened.action"
        yield (
            f"SELECT happened.*, {named}, ends.foreign_key, ends.target_id, happened.record_id,"
            f" {stable_id(attached)}::uuid, happened.record ->> {literal(label.field)}"
            f" FROM happened JOIN {identifier(join.table)} joined ON joined.workspace_id = {WORKSPACE}"
            f' AND {own_key.read("joined")} = happened.record_id AND joined."deletedAt" IS NULL'
            f" CROSS JOIN LATERAL (VALUES {_ends(ends, shared, 'joined.{0}')}) AS ends (foreign_key, target_id)"
            f" WHERE happened.object = {literal(attached.name)} AND ends.target_id IS NOT NULL"
        )
        of_record = "(happened.record ->> {1})::uuid"
        yield (
            f"SELECT happened.*, {named}, ends.foreign_key, ends.target_id, attached.id,"
            f" {stable_id(attached)}::uuid, {label.read('attached')}"
            f" FROM happened JOIN {identifier(attached.table)} attached ON attached.workspace_id = {WORKSPACE}"
            f" AND attached.id = (happened.record ->> {literal(own_key.field)})::uuid"
            f" CROSS JOIN LATERAL (VALUES {_ends(ends, shared, of_record)}) AS ends (foreign_key, target_id)"
            f" WHERE happened.object = {literal(join.name)} AND ends.target_id IS NOT NULL"
        )


def _ends(ends: list[Relation], shared: dict[str, str], value: str) -> str:
    """The keys of the timeline with the ids that a joining record has for them."""
    return ", ".join(
        f"({literal(shared[one.target])}, {value.format(identifier(one.foreign_key), literal(one.foreign_key))})"
        for one in ends
    )


def _ids_of(relation: Relation) -> str:
    return f"SELECT target_id FROM activity WHERE foreign_key = {literal(relation.foreign_key)}"


def _there(object_type: ObjectType, ids: str) -> str:
    """Those of the records that exist, kept from being destroyed."""
    return (
        f"SELECT t.id FROM {identifier(object_type.table)} t WHERE t.workspace_id = {WORKSPACE}"
        f" AND t.id = ANY(ARRAY({ids})) ORDER BY t.id FOR KEY SHARE"
    )


def _shown(keys: list[Relation]) -> str:
    """What is about a record that is there, with the ten minutes that it falls into, counted from the first of its."""
    there = " UNION ALL ".join(f"SELECT {literal(key.foreign_key)}, id FROM at_{n}" for n, key in enumerate(keys))
    alike = "activity.name, activity.foreign_key, activity.target_id, members.id, activity.linked_id"
    return (
        "SELECT activity.number, activity.name, activity.foreign_key, activity.target_id, members.id AS member_id,"
        " activity.linked_id, activity.linked_object, activity.label, activity.happened_at, activity.diff,"
        f" floor(extract(epoch FROM activity.happened_at - min(activity.happened_at) OVER (PARTITION BY {alike}))"
        f" / {_TEN_MINUTES}) AS part FROM activity JOIN ({there}) AS there (foreign_key, id)"
        " ON there.foreign_key = activity.foreign_key AND there.id = activity.target_id"
        " LEFT JOIN members ON members.id = activity.member_id"
    )


def _clusters() -> str:
    """What becomes one row."""
    return (
        "SELECT name, foreign_key, target_id, member_id, linked_id, linked_object, min(number) AS number,"
        " min(happened_at) AS first_at, max(happened_at) AS last_at,"
        " (array_agg(label ORDER BY number DESC))[1] AS label, array_agg(diff ORDER BY number) AS diffs"
        " FROM shown GROUP BY name, foreign_key, target_id, member_id, linked_id, linked_object, part"
    )


def _found(timeline: ObjectType, keys: list[Relation]) -> str:
    """The clusters with the row that they extend, where there is one, and all that has changed, that of it included."""
    read = timeline.columns
    properties = read[PROPERTIES].read("t")
    changed = f"CASE WHEN jsonb_typeof({properties} -> 'diff') = 'object' THEN {properties} -> 'diff' END"
    earlier = " UNION ALL ".join(
        f"SELECT t.id, {changed} AS diff FROM {identifier(timeline.table)} t"
        f" WHERE clusters.foreign_key = {literal(key.foreign_key)} AND t.workspace_id = {WORKSPACE}"
        f" AND {key.key.read('t')} = clusters.target_id AND t.id >= {least_id(f'clusters.last_at - {TOGETHER}')}"
        f" AND {read[HAPPENS_AT].read('t')} BETWEEN clusters.last_at - {TOGETHER} AND clusters.last_at"
        f' AND {read[NAME].read("t")} = clusters.name AND t."deletedAt" IS NULL'
        f" AND {read[MEMBER_ID].read('t')} IS NOT DISTINCT FROM clusters.member_id"
        f" AND {read[LINKED_ID].read('t')} IS NOT DISTINCT FROM clusters.linked_id"
        for key in keys
    )
    fields = (
        "SELECT changed.key AS field, (array_agg(changed.value -> 'before' ORDER BY every.place))[1] AS before,"
        " (array_agg(changed.value -> 'after' ORDER BY every.place DESC))[1] AS after"
        " FROM unnest(array_prepend(earlier.diff, clusters.diffs)) WITH ORDINALITY AS every (diff, place)"
        " CROSS JOIN LATERAL jsonb_each(every.diff) AS changed GROUP BY changed.key"
    )
    return (
        "SELECT clusters.*, earlier.id AS earlier_id,"
        " CASE WHEN merged.diff IS NULL THEN '{}' ELSE jsonb_build_object('diff', merged.diff) END AS properties"
        " FROM clusters"
        f" LEFT JOIN LATERAL (SELECT * FROM ({earlier}) AS each ORDER BY id DESC LIMIT 1) AS earlier ON TRUE"
        " CROSS JOIN LATERAL (SELECT jsonb_object_agg(field, jsonb_build_object('before', before, 'after', after))"
        f" AS diff FROM ({fields}) AS fields) AS merged"
    )


def _extend(timeline: ObjectType, moment: str) -> str:
    read = timeline.columns
    later = f"greatest({moment}, {a_moment_after(read['updatedAt'].read('t'))})"
    return (
        f"UPDATE {identifier(timeline.table)} t SET {read[PROPERTIES].assign('found.properties')},"
        f' {read[LINKED_NAME].assign("found.label")}, "updatedAt" = {later} FROM found'
        f" WHERE t.workspace_id = {WORKSPACE} AND t.id = found.earlier_id RETURNING t.id"
    )


def _begin(timeline: ObjectType, keys: list[Relation], moment: str) -> str:
    values = {
        "id": new_id(moment, "row_number() OVER (ORDER BY found.number, found.linked_id NULLS FIRST)"),
        HAPPENS_AT: "found.first_at",
        NAME: "found.name",
        PROPERTIES: "found.properties",
        LINKED_NAME: "found.label",
        LINKED_ID: "found.linked_id",
        LINKED_OBJECT: "found.linked_object",
        MEMBER_ID: "found.member_id",
        **{
            key.foreign_key: f"CASE WHEN found.foreign_key = {literal(key.foreign_key)} THEN found.target_id END"
            for key in keys
        },
    }
    return (
        f"INSERT INTO {identifier(timeline.table)} AS new (workspace_id, {', '.join(map(identifier, values))})"
        f" SELECT anchor.id, {', '.join(values.values())} FROM workspace anchor, found"
        f" WHERE anchor.id = {WORKSPACE} AND found.earlier_id IS NULL RETURNING new.id"
    )
