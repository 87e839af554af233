SELECT t2.a0, t2.a1, t2.a2, t2.a3, t2.a4, t2.a5, '[' || page.p0 || ']'
FROM (SELECT count(*)::text AS a0, coalesce((CASE WHEN count(*) > 0 THEN avg(counted."employees") END)::text, 'null') AS a1, coalesce((CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE coalesce(counted."domainNamePrimaryLinkUrl" = '', TRUE)) END)::text, 'null') AS a2, coalesce((CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE NOT coalesce(counted."name" = '', TRUE))::float8 / count(*) END)::text, 'null') AS a3, coalesce('"' || to_char(CASE WHEN count(*) > 0 THEN max(counted."deletedAt") END AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null') AS a4, coalesce((CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE counted."idealCustomerProfile") END)::text, 'null') AS a5
FROM "company" counted
WHERE counted.workspace_id = $1 AND counted."name" <> $3::text AND counted."deletedAt" IS NULL) t2
CROSS
JOIN (SELECT coalesce(string_agg('{"node":{"name":' || to_json(t1."name")::text || ',"people":' || (SELECT '{"totalCount":' || t4.a0 || ',"countUniqueValuesCity":' || t4.a1 || '}'
FROM (SELECT count(*)::text AS a0, coalesce((CASE WHEN count(*) > 0 THEN count(DISTINCT counted."city") END)::text, 'null') AS a1
FROM "person" counted
WHERE counted.workspace_id = $1 AND counted."companyId" = t1.id AND counted."deletedAt" IS NULL) t4) || '}}', ','), '') AS p0
FROM (SELECT t5."name", t5."id"
FROM "company" t5
WHERE t5.workspace_id = $1 AND t5."name" <> $2::text AND t5."deletedAt" IS NULL
ORDER BY t5."id" ASC
LIMIT 1) t1) page
