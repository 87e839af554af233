WITH target AS MATERIALIZED (SELECT t."name", t."lastPublishedVersionId", t."statuses", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", now() AS moment
FROM "workflow" t
WHERE t.workspace_id = $1 AND t."id" = $3::uuid
ORDER BY t.id
LIMIT $2::bigint + 1
FOR NO KEY UPDATE OF t),
written AS (UPDATE "workflow" t
SET "deletedAt" = target.moment, "updatedAt" = greatest(target.moment, target."updatedAt" + interval '1 ms')
FROM target
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM target)) AND t.id = target.id AND (SELECT count(*)
FROM target) <= $2::bigint AND target."deletedAt" IS NULL
RETURNING t."name", t."lastPublishedVersionId", t."statuses", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", target AS row_before),
"locked_along_workflowVersion" AS MATERIALIZED (SELECT t."name", t."trigger", t."steps", t."status", t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowId", now() AS moment
FROM "workflowVersion" t, target
JOIN written ON written.id = target.id
WHERE t.workspace_id = $1 AND t."workflowId" = target.id AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"along_workflowVersion" AS (UPDATE "workflowVersion" t
SET "deletedAt" = "locked_along_workflowVersion".moment, "updatedAt" = greatest("locked_along_workflowVersion".moment, "locked_along_workflowVersion"."updatedAt" + interval '1 ms')
FROM "locked_along_workflowVersion"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_along_workflowVersion")) AND t.id = "locked_along_workflowVersion".id
RETURNING t."name", t."trigger", t."steps", t."status", t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowId", "locked_along_workflowVersion" AS row_before),
"locked_along_workflowRun" AS MATERIALIZED (SELECT t."name", t."startedAt", t."endedAt", t."status", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."output", t."context", t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowVersionId", t."workflowId", now() AS moment
FROM "workflowRun" t, target
JOIN written ON written.id = target.id
WHERE t.workspace_id = $1 AND t."workflowId" = target.id AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"along_workflowRun" AS (UPDATE "workflowRun" t
SET "deletedAt" = "locked_along_workflowRun".moment, "updatedAt" = greatest("locked_along_workflowRun".moment, "locked_along_workflowRun"."updatedAt" + interval '1 ms')
FROM "locked_along_workflowRun"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_along_workflowRun")) AND t.id = "locked_along_workflowRun".id
RETURNING t."name", t."startedAt", t."endedAt", t."status", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."output", t."context", t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowVersionId", t."workflowId", "locked_along_workflowRun" AS row_before),
"locked_along_workflowEventListener" AS MATERIALIZED (SELECT t."eventName", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowId", now() AS moment
FROM "workflowEventListener" t, target
JOIN written ON written.id = target.id
WHERE t.workspace_id = $1 AND t."workflowId" = target.id AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"along_workflowEventListener" AS (UPDATE "workflowEventListener" t
SET "deletedAt" = "locked_along_workflowEventListener".moment, "updatedAt" = greatest("locked_along_workflowEventListener".moment, "locked_along_workflowEventListener"."updatedAt" + interval '1 ms')
FROM "locked_along_workflowEventListener"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_along_workflowEventListener")) AND t.id = "locked_along_workflowEventListener".id
RETURNING t."eventName", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowId", "locked_along_workflowEventListener" AS row_before),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $4::json
FROM workspace anchor, (SELECT 'workflow', 'deleted', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."name", a."lastPublishedVersionId", a."statuses", a."position", a."createdBySource", a."createdByWorkspaceMemberId", a."createdByName", a."createdByContext", a."id", a."createdAt", a."updatedAt", a."deletedAt") shown), NULL::text[]
FROM written a
UNION ALL SELECT 'workflowVersion', 'deleted', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."name", a."trigger", a."steps", a."status", a."position", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."workflowId") shown), NULL::text[]
FROM "along_workflowVersion" a
UNION ALL SELECT 'workflowRun', 'deleted', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."name", a."startedAt", a."endedAt", a."status", a."createdBySource", a."createdByWorkspaceMemberId", a."createdByName", a."createdByContext", a."output", a."context", a."position", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."workflowVersionId", a."workflowId") shown), NULL::text[]
FROM "along_workflowRun" a
UNION ALL SELECT 'workflowEventListener', 'deleted', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."eventName", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."workflowId") shown), NULL::text[]
FROM "along_workflowEventListener" a) happened
WHERE anchor.id = $1
RETURNING new.record_id) SELECT (SELECT count(*)
FROM target), string_agg('{"name":' || to_json(t1."name")::text || '}', ','
ORDER BY t1.id)
FROM (SELECT written."name", written."lastPublishedVersionId", written."statuses", written."position", written."createdBySource", written."createdByWorkspaceMemberId", written."createdByName", written."createdByContext", written."id", written."createdAt", written."updatedAt", written."deletedAt"
FROM written
UNION ALL SELECT target."name", target."lastPublishedVersionId", target."statuses", target."position", target."createdBySource", target."createdByWorkspaceMemberId", target."createdByName", target."createdByContext", target."id", target."createdAt", target."updatedAt", target."deletedAt"
FROM target
WHERE id NOT IN (SELECT id
FROM written)) t1
