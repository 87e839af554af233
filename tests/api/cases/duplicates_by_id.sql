WITH source AS MATERIALIZED (SELECT given.row_number, given.own_id, CASE WHEN length(given."name") >= 3 THEN CASE WHEN octet_length(given."name") = length(given."name") THEN lower(given."name") ELSE translate(lower(normalize(regexp_replace(normalize(given."name", NFKD), '[\u0300-\u036F]', '', 'g'), NFC)), 'ς', 'σ') END END AS "name", nullif(given."domain_name_primary_link_url_key", '') AS "domain_name_primary_link_url_key"
FROM (SELECT listed.n AS row_number, s.id AS own_id, s."name", s."domain_name_primary_link_url_key"
FROM unnest((SELECT $2::uuid[])::uuid[]) WITH ORDINALITY AS listed(id, n)
LEFT
JOIN "company" s ON s.workspace_id = $1 AND s.id = listed.id AND s."deletedAt" IS NULL) given),
alike AS MATERIALIZED (SELECT source.row_number, t.id
FROM source, "company" t
WHERE t.workspace_id = $1 AND lower(t."name") COLLATE "C" = source."name" AND t.id IS DISTINCT
FROM source.own_id AND t."deletedAt" IS NULL UNION SELECT source.row_number, t.id
FROM source, "company" t
WHERE t.workspace_id = $1 AND NOT (octet_length(t."name") = length(t."name")) AND translate(lower(normalize(regexp_replace(normalize(t."name", NFKD), '[\u0300-\u036F]', '', 'g'), NFC)), 'ς', 'σ') = source."name" AND t.id IS DISTINCT
FROM source.own_id AND t."deletedAt" IS NULL UNION SELECT source.row_number, t.id
FROM source, "company" t
WHERE t.workspace_id = $1 AND t."domain_name_primary_link_url_key" = source."domain_name_primary_link_url_key" AND t."domain_name_primary_link_url_key" <> '' AND t.id IS DISTINCT
FROM source.own_id AND t."deletedAt" IS NULL) SELECT string_agg((SELECT '{"edges":[' || coalesce(string_agg('{"node":{"name":' || to_json(t1."name")::text || '}}', ','), '') || ']}'
FROM (SELECT t2."name", t2."id"
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = ANY(source.alike_ids) AND t2."deletedAt" IS NULL
ORDER BY t2."id" ASC
LIMIT 1000) t1), ','
ORDER BY source.row_number)
FROM (SELECT row_number, (SELECT array_agg(alike.id)
FROM alike
WHERE alike.row_number = source.row_number) AS alike_ids
FROM source) source
