WITH connected AS MATERIALIZED (SELECT v.lookup_number, (SELECT t.id
FROM "person" t
WHERE t.workspace_id = $1 AND t."emails_primary_email_key" = v."emails_primary_email_key" AND t."emails_primary_email_key" <> '' AND t."deletedAt" IS NULL
ORDER BY t."emails_primary_email_apart", t.id
LIMIT 1) AS id
FROM jsonb_to_recordset($2::jsonb) AS v(lookup_number integer, "emails_primary_email_key" text)),
input_written AS NOT MATERIALIZED (SELECT *
FROM jsonb_to_recordset($3::jsonb) AS r(row_number integer, id uuid, "name" text, "position" float8, row_place text)),
written AS (INSERT INTO "company" AS new (workspace_id, "id", "name", "position", "createdBySource", "createdByName") SELECT anchor.id, input_written.id, input_written."name", coalesce(input_written."position", CASE WHEN input_written.row_place = 'last' THEN coalesce((SELECT max(p."position")
FROM "company" p
WHERE p.workspace_id = $1) + 1 + input_written.row_number, input_written.row_number + 1) ELSE coalesce((SELECT min(p."position")
FROM "company" p
WHERE p.workspace_id = $1) - $4::integer + input_written.row_number, input_written.row_number + 1) END), $5::text::"ActorSourceEnum", $6::text
FROM workspace anchor, input_written
WHERE anchor.id = $1 AND NOT EXISTS (SELECT
FROM connected
WHERE id IS NULL)
RETURNING new."name", new."domainNamePrimaryLinkLabel", new."domainNamePrimaryLinkUrl", new."domainNameSecondaryLinks", new."employees", new."linkedinLinkPrimaryLinkLabel", new."linkedinLinkPrimaryLinkUrl", new."linkedinLinkSecondaryLinks", new."xLinkPrimaryLinkLabel", new."xLinkPrimaryLinkUrl", new."xLinkSecondaryLinks", new."annualRecurringRevenueAmountMicros", new."annualRecurringRevenueCurrencyCode", new."addressAddressStreet1", new."addressAddressStreet2", new."addressAddressCity", new."addressAddressPostcode", new."addressAddressState", new."addressAddressCountry", new."addressAddressLat", new."addressAddressLng", new."idealCustomerProfile", new."position", new."createdBySource", new."createdByWorkspaceMemberId", new."createdByName", new."createdByContext", new."id", new."createdAt", new."updatedAt", new."deletedAt", new."accountOwnerId"),
input_created_0 AS NOT MATERIALIZED (SELECT *
FROM jsonb_to_recordset($7::jsonb) AS r(row_number integer, id uuid, "city" text, "position" float8, "companyId" uuid, row_place text)),
created_0 AS (INSERT INTO "person" AS new (workspace_id, "id", "city", "position", "companyId", "createdBySource", "createdByName") SELECT anchor.id, input_created_0.id, input_created_0."city", coalesce(input_created_0."position", CASE WHEN input_created_0.row_place = 'last' THEN coalesce((SELECT max(p."position")
FROM "person" p
WHERE p.workspace_id = $1) + 1 + input_created_0.row_number, input_created_0.row_number + 1) ELSE coalesce((SELECT min(p."position")
FROM "person" p
WHERE p.workspace_id = $1) - $8::integer + input_created_0.row_number, input_created_0.row_number + 1) END), input_created_0."companyId", $9::text::"ActorSourceEnum", $10::text
FROM workspace anchor, input_created_0
WHERE anchor.id = $1 AND NOT EXISTS (SELECT
FROM connected
WHERE id IS NULL)
ORDER BY input_created_0.id, input_created_0."companyId"
RETURNING new."nameFirstName", new."nameLastName", new."emailsPrimaryEmail", new."emailsAdditionalEmails", new."linkedinLinkPrimaryLinkLabel", new."linkedinLinkPrimaryLinkUrl", new."linkedinLinkSecondaryLinks", new."xLinkPrimaryLinkLabel", new."xLinkPrimaryLinkUrl", new."xLinkSecondaryLinks", new."jobTitle", new."phonesPrimaryPhoneNumber", new."phonesPrimaryPhoneCountryCode", new."phonesPrimaryPhoneCallingCode", new."phonesAdditionalPhones", new."city", new."avatarUrl", new."position", new."createdBySource", new."createdByWorkspaceMemberId", new."createdByName", new."createdByContext", new."id", new."createdAt", new."updatedAt", new."deletedAt", new."companyId"),
"locked_attached_0" AS MATERIALIZED (SELECT t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", t."emails_primary_email_key", t."emails_additional_emails_keys", t."linkedin_link_primary_link_url_key", t."linkedin_link_secondary_links_keys", t."x_link_primary_link_url_key", t."x_link_secondary_links_keys", t."phones_primary_phone_number_key", t."phones_additional_phones_keys", now() AS moment
FROM "person" t
WHERE t.workspace_id = $1 AND t.id IN (SELECT id
FROM connected
WHERE lookup_number = ANY($12::integer[])) AND NOT EXISTS (SELECT
FROM connected
WHERE id IS NULL)
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"attached_0" AS (UPDATE "person" t
SET "companyId" = $11::uuid, "updatedAt" = greatest((SELECT moment
FROM "locked_attached_0"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_attached_0"
WHERE "locked_attached_0"."companyId" IS DISTINCT
FROM $11::uuid))
RETURNING t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId"),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $13::json
FROM workspace anchor, (SELECT 'company', 'created', a.id, NULL::json, row_to_json(a), NULL::text[]
FROM written a
UNION ALL SELECT 'person', 'created', a.id, NULL::json, row_to_json(a), NULL::text[]
FROM created_0 a
UNION ALL SELECT 'person', 'updated', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."nameFirstName", b."nameLastName", b."emailsPrimaryEmail", b."emailsAdditionalEmails", b."linkedinLinkPrimaryLinkLabel", b."linkedinLinkPrimaryLinkUrl", b."linkedinLinkSecondaryLinks", b."xLinkPrimaryLinkLabel", b."xLinkPrimaryLinkUrl", b."xLinkSecondaryLinks", b."jobTitle", b."phonesPrimaryPhoneNumber", b."phonesPrimaryPhoneCountryCode", b."phonesPrimaryPhoneCallingCode", b."phonesAdditionalPhones", b."city", b."avatarUrl", b."position", b."createdBySource", b."createdByWorkspaceMemberId", b."createdByName", b."createdByContext", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."companyId") shown), row_to_json(a), NULL::text[]
FROM "attached_0" a FULL
JOIN "locked_attached_0" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END) happened
WHERE anchor.id = $1
RETURNING new.record_id) SELECT count(*), array_agg(t1.id), (SELECT min(lookup_number)
FROM connected
WHERE id IS NULL)
FROM written t1

SELECT string_agg('{"name":' || to_json(t1."name")::text || ',"people":' || (SELECT '{"edges":[' || coalesce(string_agg('{"node":{"city":' || to_json(t2."city")::text || '}}', ','), '') || ']}'
FROM (SELECT t3."city", t3."id"
FROM "person" t3
WHERE t3.workspace_id = $1 AND t3."companyId" = t1.id AND t3."deletedAt" IS NULL
ORDER BY lower(t3."city") COLLATE "C" ASC, t3."id" ASC
LIMIT 60) t2) || '}', ','
ORDER BY listed.n)
FROM unnest((SELECT $2::uuid[])::uuid[]) WITH ORDINALITY AS listed(id, n)
JOIN "company" t1 ON t1.id = listed.id
WHERE t1.workspace_id = $1
