SELECT '[' || coalesce(string_agg('{"node":{"name":{"firstName":' || to_json(t1."nameFirstName")::text || '}}}', ','), '') || ']'
FROM (SELECT t2."nameFirstName", t2."id"
FROM "person" t2
WHERE t2.workspace_id = $1 AND EXISTS (SELECT
FROM "company" t3
WHERE t3.workspace_id = $1 AND t3.id = t2."companyId" AND (t3."name" ILIKE $2::text AND EXISTS (SELECT
FROM "person" t4
WHERE t4.workspace_id = $1 AND t4."companyId" = t3.id AND t4."city" = $3::text AND t4."deletedAt" IS NULL)) AND t3."deletedAt" IS NULL) AND t2."deletedAt" IS NULL
ORDER BY t2."id" ASC
LIMIT 60) t1

SELECT '[' || coalesce(string_agg('{"node":{"name":' || to_json(t1."name")::text || '}}', ','), '') || ']'
FROM (SELECT t2."name", t2."id"
FROM "company" t2
WHERE t2.workspace_id = $1 AND (NOT EXISTS (SELECT
FROM "person" t3
WHERE t3.workspace_id = $1 AND t3."companyId" = t2.id AND (t3."city" = $2::text AND EXISTS (SELECT
FROM "company" t4
WHERE t4.workspace_id = $1 AND t4.id = t3."companyId" AND t4."deletedAt" IS NULL)) AND t3."deletedAt" IS NULL) AND NOT EXISTS (SELECT
FROM "person" t5
WHERE t5.workspace_id = $1 AND t5."companyId" = t2.id AND (t5."city" <> $3::text) IS NOT TRUE AND t5."deletedAt" IS NULL)) AND t2."deletedAt" IS NULL
ORDER BY t2."id" ASC
LIMIT 60) t1
