WITH target AS MATERIALIZED (SELECT t.id
FROM "person" t
WHERE t.workspace_id = $1 AND t."city" = $3::text AND t."deletedAt" IS NULL
ORDER BY t.id
LIMIT $2::bigint + 1
FOR NO KEY UPDATE OF t),
written AS (UPDATE "person" t
SET "updatedAt" = now(), "nameLastName" = $4::text, "jobTitle" = $5::text
FROM target
WHERE t.workspace_id = $1 AND t.id = target.id AND (SELECT count(*)
FROM target) <= $2::bigint
RETURNING t."id") SELECT (SELECT count(*)
FROM target), array_agg(t1.id
ORDER BY t1.id)
FROM written t1

SELECT string_agg('{"id":"' || t1."id"::text || '","jobTitle":' || to_json(t1."jobTitle")::text || ',"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}', ','
ORDER BY listed.n)
FROM unnest((SELECT $2::uuid[])::uuid[]) WITH ORDINALITY AS listed(id, n)
JOIN "person" t1 ON t1.id = listed.id
WHERE t1.workspace_id = $1
