SELECT '[' || coalesce(string_agg('{"node":{"name":' || to_json(t1."name")::text || ',"people":' || (SELECT '{"totalCount":' || CASE WHEN count(*) < 2 THEN count(*)::text ELSE (SELECT count(*)::text
FROM "person" counted
WHERE counted.workspace_id = $1 AND counted."companyId" = t1.id AND counted."city" <> $2::text AND counted."deletedAt" IS NULL) END || ',"edges":[' || coalesce(string_agg('{"node":{"name":{"firstName":' || to_json(t2."nameFirstName")::text || '}}}', ',') FILTER (WHERE t2.row_number <= 1), '') || '],"pageInfo":{"hasNextPage":' || (count(*) > 1)::text || '}}'
FROM (SELECT t4.*, row_number() OVER () AS row_number, count(*) OVER () AS row_count
FROM (SELECT t3."nameFirstName", t3."id"
FROM "person" t3
WHERE t3.workspace_id = $1 AND t3."companyId" = t1.id AND t3."city" <> $3::text AND t3."deletedAt" IS NULL
ORDER BY lower(t3."nameFirstName") COLLATE "C" DESC, t3."id" ASC
LIMIT 2) t4) t2) || '}}', ','), '') || ']'
FROM (SELECT t5."name", t5."id"
FROM "company" t5
WHERE t5.workspace_id = $1 AND t5."deletedAt" IS NULL
ORDER BY t5."position" ASC, t5."id" ASC
LIMIT 60) t1
