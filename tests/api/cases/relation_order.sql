SELECT '[' || coalesce(string_agg('{"cursor":"' || translate(encode(convert_to('{"company":{"name":' || coalesce(to_json(t1.sort_0)::text, 'null') || '},"city":' || to_json(t1."city")::text || ',"id":"' || t1."id"::text || '"}', 'UTF8'), 'base64'), E'+/=\n', '-_') || '","node":{"name":{"firstName":' || to_json(t1."nameFirstName")::text || '}}}', ',') FILTER (WHERE t1.row_number <= 2), '') || ']', '{"hasNextPage":' || (count(*) > 2)::text || ',"hasPreviousPage":' || coalesce((SELECT TRUE
FROM "person" t2
WHERE t2.workspace_id = $1 AND (lower((SELECT t3."name"
FROM "company" t3
WHERE t3.workspace_id = $1 AND t3.id = t2."companyId" AND t3."deletedAt" IS NULL)) COLLATE "C" IS NULL AND (lower(t2."city") COLLATE "C" <= lower($2::text) COLLATE "C" AND (lower(t2."city") COLLATE "C" <> lower($2::text) COLLATE "C" OR t2."id" <= $3::uuid))) AND t2."deletedAt" IS NULL AND t2.id = $4::uuid), (SELECT TRUE
FROM "person" t2
WHERE t2.workspace_id = $1 AND (lower((SELECT t3."name"
FROM "company" t3
WHERE t3.workspace_id = $1 AND t3.id = t2."companyId" AND t3."deletedAt" IS NULL)) COLLATE "C" IS NULL AND (lower(t2."city") COLLATE "C" <= lower($2::text) COLLATE "C" AND (lower(t2."city") COLLATE "C" <> lower($2::text) COLLATE "C" OR t2."id" <= $3::uuid))) AND t2."deletedAt" IS NULL
ORDER BY lower((SELECT t4."name"
FROM "company" t4
WHERE t4.workspace_id = $1 AND t4.id = t2."companyId" AND t4."deletedAt" IS NULL)) COLLATE "C" ASC NULLS LAST, lower(t2."city") COLLATE "C" DESC, t2."id" DESC
LIMIT 1), FALSE)::text || '}'
FROM (SELECT t9.*, row_number() OVER () AS row_number, count(*) OVER () AS row_count
FROM (SELECT t5."nameFirstName", t5."city", t5."id", (SELECT t7."name"
FROM "company" t7
WHERE t7.workspace_id = $1 AND t7.id = t5."companyId" AND t7."deletedAt" IS NULL) AS sort_0
FROM "person" t5
WHERE t5.workspace_id = $1 AND (lower((SELECT t6."name"
FROM "company" t6
WHERE t6.workspace_id = $1 AND t6.id = t5."companyId" AND t6."deletedAt" IS NULL)) COLLATE "C" IS NOT NULL OR (lower((SELECT t6."name"
FROM "company" t6
WHERE t6.workspace_id = $1 AND t6.id = t5."companyId" AND t6."deletedAt" IS NULL)) COLLATE "C" IS NULL AND (lower(t5."city") COLLATE "C" >= lower($5::text) COLLATE "C" AND (lower(t5."city") COLLATE "C" <> lower($5::text) COLLATE "C" OR t5."id" > $6::uuid)))) AND t5."deletedAt" IS NULL
ORDER BY lower((SELECT t8."name"
FROM "company" t8
WHERE t8.workspace_id = $1 AND t8.id = t5."companyId" AND t8."deletedAt" IS NULL)) COLLATE "C" DESC NULLS FIRST, lower(t5."city") COLLATE "C" ASC, t5."id" ASC
LIMIT 3) t9) t1
