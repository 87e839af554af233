WITH target AS MATERIALIZED (SELECT t."name", t."lastPublishedVersionId", t."statuses", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", now() AS moment
FROM "workflow" t
WHERE t.workspace_id = $1 AND t."id" = $3::uuid
ORDER BY t.id
LIMIT $2::bigint + 1
FOR NO KEY UPDATE OF t),
written AS (UPDATE "workflow" t
SET "deletedAt" = (SELECT moment
FROM target
LIMIT 1), "updatedAt" = greatest((SELECT moment
FROM target
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM target
WHERE target."deletedAt" IS NULL)) AND (SELECT count(*)
FROM target) <= $2::bigint
RETURNING t."name", t."lastPublishedVersionId", t."statuses", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt"),
"locked_along_workflowVersion" AS MATERIALIZED (SELECT t."name", t."trigger", t."steps", t."status", t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowId", now() AS moment
FROM "workflowVersion" t, target
JOIN written ON written.id = target.id
WHERE t.workspace_id = $1 AND t."workflowId" = target.id AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"along_workflowVersion" AS (UPDATE "workflowVersion" t
SET "deletedAt" = (SELECT moment
FROM target
LIMIT 1), "updatedAt" = greatest((SELECT moment
FROM "locked_along_workflowVersion"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_along_workflowVersion"))
RETURNING t."name", t."trigger", t."steps", t."status", t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowId"),
"locked_along_workflowRun" AS MATERIALIZED (SELECT t."name", t."startedAt", t."endedAt", t."status", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."output", t."context", t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowVersionId", t."workflowId", now() AS moment
FROM "workflowRun" t, target
JOIN written ON written.id = target.id
WHERE t.workspace_id = $1 AND t."workflowId" = target.id AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"along_workflowRun" AS (UPDATE "workflowRun" t
SET "deletedAt" = (SELECT moment
FROM target
LIMIT 1), "updatedAt" = greatest((SELECT moment
FROM "locked_along_workflowRun"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_along_workflowRun"))
RETURNING t."name", t."startedAt", t."endedAt", t."status", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."output", t."context", t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowVersionId", t."workflowId"),
"locked_along_workflowEventListener" AS MATERIALIZED (SELECT t."eventName", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowId", now() AS moment
FROM "workflowEventListener" t, target
JOIN written ON written.id = target.id
WHERE t.workspace_id = $1 AND t."workflowId" = target.id AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"along_workflowEventListener" AS (UPDATE "workflowEventListener" t
SET "deletedAt" = (SELECT moment
FROM target
LIMIT 1), "updatedAt" = greatest((SELECT moment
FROM "locked_along_workflowEventListener"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_along_workflowEventListener"))
RETURNING t."eventName", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workflowId"),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $4::json
FROM workspace anchor, (SELECT 'workflow', 'deleted', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."name", b."lastPublishedVersionId", b."statuses", b."position", b."createdBySource", b."createdByWorkspaceMemberId", b."createdByName", b."createdByContext", b."id", b."createdAt", b."updatedAt", b."deletedAt") shown), row_to_json(a), NULL::text[]
FROM written a FULL
JOIN target b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'workflowVersion', 'deleted', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."name", b."trigger", b."steps", b."status", b."position", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."workflowId") shown), row_to_json(a), NULL::text[]
FROM "along_workflowVersion" a FULL
JOIN "locked_along_workflowVersion" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'workflowRun', 'deleted', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."name", b."startedAt", b."endedAt", b."status", b."createdBySource", b."createdByWorkspaceMemberId", b."createdByName", b."createdByContext", b."output", b."context", b."position", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."workflowVersionId", b."workflowId") shown), row_to_json(a), NULL::text[]
FROM "along_workflowRun" a FULL
JOIN "locked_along_workflowRun" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'workflowEventListener', 'deleted', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."eventName", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."workflowId") shown), row_to_json(a), NULL::text[]
FROM "along_workflowEventListener" a FULL
JOIN "locked_along_workflowEventListener" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END) happened
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
