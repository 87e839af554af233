SELECT string_agg('{"groupByDimensionValues":[' || coalesce('"' || to_char(groups.d0 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null') || ',' || coalesce(to_json(groups.d1::text)::text, 'null') || ',' || coalesce(to_json(groups.d2::text)::text, 'null') || '],"totalCount":' || groups.a0 || ',"countNotEmptyCompanyId":' || groups.a1 || ',"edges":' || (SELECT '[' || coalesce(string_agg('{"node":{"name":{"firstName":' || to_json(t1."nameFirstName")::text || '},"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}}', ','), '') || ']'
FROM (SELECT t3."nameFirstName", t3."id", t3."companyId"
FROM "person" t3
WHERE t3.workspace_id = $1 AND date_trunc('month', t3."deletedAt", $2::text) IS NOT DISTINCT
FROM groups.d0 AND t3."nameLastName" IS NOT DISTINCT
FROM groups.d1 AND t3."city" IS NOT DISTINCT
FROM groups.d2 AND t3."city" <> $3::text AND t3."deletedAt" IS NULL
ORDER BY t3."position" ASC, t3."id" ASC
LIMIT 10) t1) || '}', ',')
FROM (SELECT date_trunc('month', counted."deletedAt", $2::text) AS d0, counted."nameLastName" AS d1, counted."city" AS d2, count(*)::text AS a0, coalesce((CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE NOT (counted."companyId" IS NULL)) END)::text, 'null') AS a1
FROM "person" counted
WHERE counted.workspace_id = $1 AND counted."city" <> $4::text AND counted."deletedAt" IS NULL
GROUP BY d0, d1, d2
ORDER BY CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE NOT (counted."id" IS NULL)) END DESC NULLS LAST, lower(counted."city") COLLATE "C" DESC, date_trunc('month', counted."deletedAt", $2::text) ASC NULLS LAST, lower(counted."nameLastName") COLLATE "C" ASC
LIMIT 2) groups
