WITH input_written AS NOT MATERIALIZED (SELECT *
FROM jsonb_to_recordset($2::jsonb) AS r(row_number integer, id uuid, "emailsPrimaryEmail" text, "city" text, "position" float8, "emails_primary_email_key" text, row_place text)),
written AS (INSERT INTO "person" AS new (workspace_id, "id", "emailsPrimaryEmail", "city", "position", "emails_primary_email_key", "createdBySource", "createdByName") SELECT anchor.id, input_written.id, input_written."emailsPrimaryEmail", input_written."city", coalesce(input_written."position", CASE WHEN input_written.row_place = 'last' THEN coalesce((SELECT max(p."position")
FROM "person" p
WHERE p.workspace_id = $1) + 1 + input_written.row_number, input_written.row_number + 1) ELSE coalesce((SELECT min(p."position")
FROM "person" p
WHERE p.workspace_id = $1) - $3::integer + input_written.row_number, input_written.row_number + 1) END), input_written."emails_primary_email_key", $4::text::"ActorSourceEnum", $5::text
FROM workspace anchor, input_written
WHERE anchor.id = $1
ORDER BY input_written."emails_primary_email_key", input_written.id
RETURNING new."nameFirstName", new."nameLastName", new."emailsPrimaryEmail", new."emailsAdditionalEmails", new."linkedinLinkPrimaryLinkLabel", new."linkedinLinkPrimaryLinkUrl", new."linkedinLinkSecondaryLinks", new."xLinkPrimaryLinkLabel", new."xLinkPrimaryLinkUrl", new."xLinkSecondaryLinks", new."jobTitle", new."phonesPrimaryPhoneNumber", new."phonesPrimaryPhoneCountryCode", new."phonesPrimaryPhoneCallingCode", new."phonesAdditionalPhones", new."city", new."avatarUrl", new."position", new."createdBySource", new."createdByWorkspaceMemberId", new."createdByName", new."createdByContext", new."id", new."createdAt", new."updatedAt", new."deletedAt", new."companyId"),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $6::json
FROM workspace anchor, (SELECT 'person', 'created', a.id, NULL::json, row_to_json(a), NULL::text[]
FROM written a) happened
WHERE anchor.id = $1
RETURNING new.record_id) SELECT count(*), string_agg('{"id":"' || t1."id"::text || '","city":' || to_json(t1."city")::text || ',"position":' || t1."position"::text || ',"emails":{"primaryEmail":' || to_json(t1."emailsPrimaryEmail")::text || '}}', ','
ORDER BY input_written.row_number)
FROM written t1
JOIN input_written ON input_written.id = t1.id
