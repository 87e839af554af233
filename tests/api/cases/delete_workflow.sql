WITH target AS MATERIALIZED (SELECT t.id, "deletedAt", now() AS moment
FROM "workflow" t
WHERE t.workspace_id = $1 AND t."id" = $3::uuid
ORDER BY t.id
LIMIT $2::bigint + 1
FOR NO KEY UPDATE OF t),
written AS (UPDATE "workflow" t
SET "deletedAt" = coalesce(t."deletedAt", target.moment), "updatedAt" = CASE WHEN t."deletedAt" IS NULL THEN target.moment ELSE t."updatedAt" END
FROM target
WHERE t.workspace_id = $1 AND t.id = target.id AND (SELECT count(*)
FROM target) <= $2::bigint
RETURNING t."name", t."id"),
"locked_along_workflowVersion" AS MATERIALIZED (SELECT t.id
FROM "workflowVersion" t, target
JOIN written ON written.id = target.id
WHERE t.workspace_id = $1 AND t."workflowId" = target.id AND target."deletedAt" IS NULL AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"along_workflowVersion" AS (UPDATE "workflowVersion" t
SET "deletedAt" = now(), "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_along_workflowVersion"))
RETURNING t.id),
"locked_along_workflowRun" AS MATERIALIZED (SELECT t.id
FROM "workflowRun" t, target
JOIN written ON written.id = target.id
WHERE t.workspace_id = $1 AND t."workflowId" = target.id AND target."deletedAt" IS NULL AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"along_workflowRun" AS (UPDATE "workflowRun" t
SET "deletedAt" = now(), "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_along_workflowRun"))
RETURNING t.id),
"locked_along_workflowEventListener" AS MATERIALIZED (SELECT t.id
FROM "workflowEventListener" t, target
JOIN written ON written.id = target.id
WHERE t.workspace_id = $1 AND t."workflowId" = target.id AND target."deletedAt" IS NULL AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"along_workflowEventListener" AS (UPDATE "workflowEventListener" t
SET "deletedAt" = now(), "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_along_workflowEventListener"))
RETURNING t.id) SELECT (SELECT count(*)
FROM target), string_agg('{"name":' || to_json(t1."name")::text || '}', ','
ORDER BY t1.id)
FROM written t1
