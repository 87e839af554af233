WITH found AS ((SELECT v.row_number, 0 AS key, one.id
FROM jsonb_to_recordset($2::jsonb) AS v(row_number integer, "id" uuid)
CROSS
JOIN LATERAL (SELECT id
FROM ((SELECT t.id, t."deletedAt"
FROM "person" t
WHERE t.workspace_id = $1 AND t."id" = v."id" AND t."deletedAt" IS NULL
ORDER BY t."deletedAt" DESC, t.id
LIMIT 1)
UNION ALL (SELECT t.id, t."deletedAt"
FROM "person" t
WHERE t.workspace_id = $1 AND t."id" = v."id" AND t."deletedAt" IS NOT NULL
ORDER BY t."deletedAt" DESC, t.id
LIMIT 1)) either
ORDER BY "deletedAt" DESC NULLS FIRST
LIMIT 1) one)
UNION ALL (SELECT v.row_number, 1 AS key, one.id
FROM jsonb_to_recordset($3::jsonb) AS v(row_number integer, "emailsPrimaryEmail" text)
CROSS
JOIN LATERAL (SELECT id
FROM ((SELECT t.id, t."deletedAt"
FROM "person" t
WHERE t.workspace_id = $1 AND t."emailsPrimaryEmail" = v."emailsPrimaryEmail" AND t."emailsPrimaryEmail" <> '' AND t."deletedAt" IS NULL
ORDER BY t."deletedAt" DESC, t.id
LIMIT 1)
UNION ALL (SELECT t.id, t."deletedAt"
FROM "person" t
WHERE t.workspace_id = $1 AND t."emailsPrimaryEmail" = v."emailsPrimaryEmail" AND t."emailsPrimaryEmail" <> '' AND t."deletedAt" IS NOT NULL
ORDER BY t."deletedAt" DESC, t.id
LIMIT 1)) either
ORDER BY "deletedAt" DESC NULLS FIRST
LIMIT 1) one)),
locked AS (SELECT t.id
FROM "person" t
WHERE t.workspace_id = $1 AND t.id IN (SELECT id
FROM found)
ORDER BY t.id
FOR NO KEY UPDATE) SELECT found.row_number, found.key, found.id
FROM found
JOIN locked ON locked.id = found.id
ORDER BY found.row_number, found.key

WITH input_inserted AS NOT MATERIALIZED (SELECT *
FROM jsonb_to_recordset($2::jsonb) AS r(row_number integer, id uuid, "emailsPrimaryEmail" text, "city" text, "position" float8, "companyId" uuid, row_place text, row_match uuid, row_given text[])),
locked_matches AS MATERIALIZED (SELECT t.id
FROM "person" t
WHERE t.workspace_id = $1 AND t.id IN (SELECT row_match
FROM input_inserted)
ORDER BY t.id
FOR NO KEY UPDATE OF t),
updated AS (UPDATE "person" t
SET "emailsPrimaryEmail" = CASE WHEN 'emailsPrimaryEmail' = ANY(input_inserted.row_given) THEN input_inserted."emailsPrimaryEmail" ELSE t."emailsPrimaryEmail" END, "city" = CASE WHEN 'city' = ANY(input_inserted.row_given) THEN input_inserted."city" ELSE t."city" END, "companyId" = CASE WHEN 'companyId' = ANY(input_inserted.row_given) THEN input_inserted."companyId" ELSE t."companyId" END, "updatedAt" = now()
FROM locked_matches
JOIN input_inserted ON input_inserted.row_match = locked_matches.id
WHERE t.workspace_id = $1 AND t.id = locked_matches.id
RETURNING t."id"),
inserted AS (INSERT INTO "person" AS new (workspace_id, "id", "emailsPrimaryEmail", "city", "position", "companyId", "createdBySource", "createdByName") SELECT anchor.id, input_inserted.id, input_inserted."emailsPrimaryEmail", input_inserted."city", coalesce(input_inserted."position", CASE WHEN input_inserted.row_place = 'last' THEN coalesce((SELECT max(p."position")
FROM "person" p
WHERE p.workspace_id = $1) + 1 + input_inserted.row_number, input_inserted.row_number + 1) ELSE coalesce((SELECT min(p."position")
FROM "person" p
WHERE p.workspace_id = $1) - $3::integer + input_inserted.row_number, input_inserted.row_number + 1) END), input_inserted."companyId", $4::text::"ActorSourceEnum", $5::text
FROM workspace anchor, input_inserted
WHERE anchor.id = $1 AND input_inserted.row_match IS NULL
ORDER BY input_inserted."emailsPrimaryEmail", input_inserted.id ON CONFLICT DO NOTHING
RETURNING new."id") SELECT count(*), array_agg(t1.id
ORDER BY input_inserted.row_number)
FROM (SELECT *
FROM updated
UNION ALL SELECT *
FROM inserted) t1
JOIN input_inserted ON coalesce(input_inserted.row_match, input_inserted.id) = t1.id

SELECT string_agg('{"city":' || to_json(t1."city")::text || ',"emails":{"primaryEmail":' || to_json(t1."emailsPrimaryEmail")::text || '},"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}', ','
ORDER BY listed.n)
FROM unnest((SELECT $2::uuid[])::uuid[]) WITH ORDINALITY AS listed(id, n)
JOIN "person" t1 ON t1.id = listed.id
WHERE t1.workspace_id = $1
