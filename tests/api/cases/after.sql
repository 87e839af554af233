SELECT '[' || coalesce(string_agg('{"node":{"city":' || to_json(t1."city")::text || '}}', ',') FILTER (WHERE t1.row_number <= 1), '') || ']', '{"hasNextPage":' || (count(*) > 1)::text || ',"hasPreviousPage":' || coalesce((SELECT TRUE
FROM "person" t2
WHERE t2.workspace_id = $1 AND (t2."position" >= $2::float8 AND (t2."position" <> $2::float8 OR t2."id" <= $3::uuid)) AND t2."deletedAt" IS NULL AND t2.id = $4::uuid), (SELECT TRUE
FROM "person" t2
WHERE t2.workspace_id = $1 AND (t2."position" >= $2::float8 AND (t2."position" <> $2::float8 OR t2."id" <= $3::uuid)) AND t2."deletedAt" IS NULL
ORDER BY t2."position" ASC, t2."id" DESC
LIMIT 1), FALSE)::text || '}'
FROM (SELECT t4.*, row_number() OVER () AS row_number, count(*) OVER () AS row_count
FROM (SELECT t3."city", t3."id"
FROM "person" t3
WHERE t3.workspace_id = $1 AND (t3."position" <= $5::float8 AND (t3."position" <> $5::float8 OR t3."id" > $6::uuid)) AND t3."deletedAt" IS NULL
ORDER BY t3."position" DESC, t3."id" ASC
LIMIT 2) t4) t1
