WITH asked AS MATERIALIZED (SELECT to_tsquery('simple', $2::text) AS anything, to_tsquery('simple', $3::text) AS everything) SELECT *
FROM ((SELECT 'company' AS object, t1.id, concat_ws(' ', nullif(t1."name", '')) AS label, CASE WHEN t1."domainNamePrimaryLinkUrl" = '' THEN '' ELSE 'https://twenty-icons.com/' || regexp_replace(t1."domainNamePrimaryLinkUrl", '^[a-z]+://([^/?#]*).*$', '\1') END AS image, ts_rank_cd(t1."searchVector", asked.everything) AS rank_cd, ts_rank(t1."searchVector", asked.everything) AS rank, 4 AS priority
FROM asked, "company" t1
WHERE t1.workspace_id = $1 AND t1."searchVector" @@ asked.anything AND t1."id" <> $4::uuid AND t1."deletedAt" IS NULL)
UNION ALL (SELECT 'person' AS object, t2.id, concat_ws(' ', nullif(t2."nameFirstName", ''), nullif(t2."nameLastName", '')) AS label, t2."avatarUrl" AS image, ts_rank_cd(t2."searchVector", asked.everything) AS rank_cd, ts_rank(t2."searchVector", asked.everything) AS rank, 5 AS priority
FROM asked, "person" t2
WHERE t2.workspace_id = $1 AND t2."searchVector" @@ asked.anything AND t2."id" <> $5::uuid AND t2."deletedAt" IS NULL)) found
ORDER BY rank_cd DESC, rank DESC, priority DESC, id
LIMIT 3

SELECT (SELECT '{"city":' || to_json(t1."city")::text || '}'
FROM "person" t1
WHERE t1.workspace_id = $1 AND t1."id" = $2::uuid
ORDER BY t1.id
LIMIT 1), (SELECT '{"employees":' || coalesce(t2."employees"::text, 'null') || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2."id" = $3::uuid
ORDER BY t2.id
LIMIT 1)
