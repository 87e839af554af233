WITH connected AS MATERIALIZED (SELECT v.lookup_number, (SELECT t.id
FROM "person" t
WHERE t.workspace_id = $1 AND t."emails_primary_email_key" = v."emails_primary_email_key" AND t."emails_primary_email_key" <> '' AND t."deletedAt" IS NULL
ORDER BY t."emails_primary_email_apart", t.id
LIMIT 1) AS id
FROM jsonb_to_recordset($2::jsonb) AS v(lookup_number integer, "emails_primary_email_key" text)),
input_written AS NOT MATERIALIZED (SELECT *
FROM jsonb_to_recordset($3::jsonb) AS r(row_number integer, id uuid, "name" text, "pointOfContactId" uuid, "lookup_pointOfContactId" integer)),
written AS (INSERT INTO "opportunity" AS new (workspace_id, "id", "name", "pointOfContactId", "position", "createdBySource", "createdByName") SELECT anchor.id, input_written.id, input_written."name", coalesce(input_written."pointOfContactId", (SELECT connected.id
FROM connected
WHERE connected.lookup_number = input_written."lookup_pointOfContactId")), coalesce((SELECT min(p."position")
FROM "opportunity" p
WHERE p.workspace_id = $1) - $4::integer + input_written.row_number, input_written.row_number + 1), $5::text::"ActorSourceEnum", $6::text
FROM workspace anchor, input_written
WHERE anchor.id = $1 AND NOT EXISTS (SELECT
FROM connected
WHERE id IS NULL)
RETURNING new."name", new."amountAmountMicros", new."amountCurrencyCode", new."closeDate", new."stage", new."position", new."createdBySource", new."createdByWorkspaceMemberId", new."createdByName", new."createdByContext", new."id", new."createdAt", new."updatedAt", new."deletedAt", new."pointOfContactId", new."companyId"),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $7::json
FROM workspace anchor, (SELECT 'opportunity', 'created', a.id, NULL::json, row_to_json(a), NULL::text[]
FROM written a) happened
WHERE anchor.id = $1
RETURNING new.record_id) SELECT count(*), array_agg(t1.id), (SELECT min(lookup_number)
FROM connected
WHERE id IS NULL)
FROM written t1

SELECT string_agg('{"name":' || to_json(t1."name")::text || ',"pointOfContact":' || coalesce((SELECT '{"name":{"firstName":' || to_json(t2."nameFirstName")::text || '}}'
FROM "person" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."pointOfContactId" AND t2."deletedAt" IS NULL), 'null') || '}', ','
ORDER BY listed.n)
FROM unnest((SELECT $2::uuid[])::uuid[]) WITH ORDINALITY AS listed(id, n)
JOIN "opportunity" t1 ON t1.id = listed.id
WHERE t1.workspace_id = $1
