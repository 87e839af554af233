WITH source AS MATERIALIZED (SELECT given.row_number, given.own_id, CASE WHEN length(given."nameFirstName") >= 3 THEN CASE WHEN octet_length(given."nameFirstName") = length(given."nameFirstName") THEN lower(given."nameFirstName") ELSE translate(lower(normalize(regexp_replace(normalize(given."nameFirstName", NFKD), '[\u0300-\u036F]', '', 'g'), NFC)), 'ς', 'σ') END END AS "nameFirstName", CASE WHEN length(given."nameLastName") >= 3 THEN CASE WHEN octet_length(given."nameLastName") = length(given."nameLastName") THEN lower(given."nameLastName") ELSE translate(lower(normalize(regexp_replace(normalize(given."nameLastName", NFKD), '[\u0300-\u036F]', '', 'g'), NFC)), 'ς', 'σ') END END AS "nameLastName", nullif(given."linkedin_link_primary_link_url_key", '') AS "linkedin_link_primary_link_url_key", nullif(given."emails_primary_email_key", '') AS "emails_primary_email_key"
FROM (SELECT *
FROM jsonb_to_recordset($2::jsonb) AS r(row_number integer, own_id uuid, "nameFirstName" text, "nameLastName" text, "linkedin_link_primary_link_url_key" text, "emails_primary_email_key" text)) given),
alike AS MATERIALIZED (SELECT source.row_number, t.id
FROM source, "person" t
WHERE t.workspace_id = $1 AND lower(t."nameFirstName") COLLATE "C" = source."nameFirstName" AND lower(t."nameLastName") COLLATE "C" = source."nameLastName" AND t.id IS DISTINCT
FROM source.own_id AND t."deletedAt" IS NULL UNION SELECT source.row_number, t.id
FROM source, "person" t
WHERE t.workspace_id = $1 AND NOT (octet_length(t."nameFirstName" || t."nameLastName") = length(t."nameFirstName" || t."nameLastName")) AND translate(lower(normalize(regexp_replace(normalize(t."nameFirstName", NFKD), '[\u0300-\u036F]', '', 'g'), NFC)), 'ς', 'σ') = source."nameFirstName" AND translate(lower(normalize(regexp_replace(normalize(t."nameLastName", NFKD), '[\u0300-\u036F]', '', 'g'), NFC)), 'ς', 'σ') = source."nameLastName" AND t.id IS DISTINCT
FROM source.own_id AND t."deletedAt" IS NULL UNION SELECT source.row_number, t.id
FROM source, "person" t
WHERE t.workspace_id = $1 AND t."linkedin_link_primary_link_url_key" = source."linkedin_link_primary_link_url_key" AND t."linkedin_link_primary_link_url_key" <> '' AND t.id IS DISTINCT
FROM source.own_id AND t."deletedAt" IS NULL UNION SELECT source.row_number, t.id
FROM source, "person" t
WHERE t.workspace_id = $1 AND t."emails_primary_email_key" = source."emails_primary_email_key" AND t."emails_primary_email_key" <> '' AND t.id IS DISTINCT
FROM source.own_id AND t."deletedAt" IS NULL) SELECT string_agg((SELECT '{"totalCount":' || CASE WHEN count(*) < 1000 THEN count(*)::text ELSE (SELECT count(*)::text
FROM "person" counted
WHERE counted.workspace_id = $1 AND counted.id = ANY(source.alike_ids) AND counted."deletedAt" IS NULL) END || ',"edges":[' || coalesce(string_agg('{"node":{"name":{"firstName":' || to_json(t1."nameFirstName")::text || '},"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}}', ','), '') || ']}'
FROM (SELECT t3."nameFirstName", t3."id", t3."companyId"
FROM "person" t3
WHERE t3.workspace_id = $1 AND t3.id = ANY(source.alike_ids) AND t3."deletedAt" IS NULL
ORDER BY t3."id" ASC
LIMIT 1000) t1), ','
ORDER BY source.row_number)
FROM (SELECT row_number, (SELECT array_agg(alike.id)
FROM alike
WHERE alike.row_number = source.row_number) AS alike_ids
FROM source) source
