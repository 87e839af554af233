SELECT '[' || coalesce(string_agg('{"node":{"name":' || to_json(t1."name")::text || ',"employees":' || coalesce(t1."employees"::text, 'null') || '}}', ','
ORDER BY t1.row_number DESC) FILTER (WHERE t1.row_number <= 1), '') || ']', '{"hasNextPage":' || coalesce((SELECT TRUE
FROM "company" t2
WHERE t2.workspace_id = $1 AND (t2."employees" >= $2::float8 AND (t2."employees" <> $2::float8 OR t2."id" >= $3::uuid)) AND t2."deletedAt" IS NULL AND t2.id = $4::uuid), (SELECT TRUE
FROM "company" t2
WHERE t2.workspace_id = $1 AND (t2."employees" >= $2::float8 AND (t2."employees" <> $2::float8 OR t2."id" >= $3::uuid)) AND t2."deletedAt" IS NULL
ORDER BY t2."employees" ASC NULLS FIRST, t2."id" ASC
LIMIT 1), FALSE)::text || ',"hasPreviousPage":' || (count(*) > 1)::text || '}'
FROM (SELECT t4.*, row_number() OVER () AS row_number, count(*) OVER () AS row_count
FROM (SELECT t3."name", t3."employees", t3."id"
FROM "company" t3
WHERE t3.workspace_id = $1 AND ((t3."employees" < $5::float8 OR t3."employees" IS NULL) OR (t3."employees" = $5::float8 AND t3."id" < $6::uuid)) AND t3."deletedAt" IS NULL
ORDER BY t3."employees" DESC NULLS LAST, t3."id" DESC
LIMIT 2) t4) t1
