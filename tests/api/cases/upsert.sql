WITH found AS ((SELECT v.row_number, 0 AS key, one.id, ARRAY[one."id"::text] AS had, (one."deletedAt" IS NULL) AS is_live, one.place = 1 AS by_others
FROM jsonb_to_recordset($2::jsonb) AS v(row_number integer, "id" uuid)
CROSS
JOIN LATERAL (SELECT *
FROM ((SELECT t.*, 0 AS place
FROM (SELECT t.*
FROM "person" t
WHERE t.workspace_id = $1 AND t."id" = v."id" AND t."deletedAt" IS NULL OFFSET 0) t
ORDER BY t.id
LIMIT 1)
UNION ALL (SELECT t.*, 2 AS place
FROM (SELECT t.*
FROM "person" t
WHERE t.workspace_id = $1 AND t."id" = v."id" AND t."deletedAt" IS NOT NULL OFFSET 0) t
ORDER BY t."deletedAt" DESC, t.id
LIMIT 1)) either
ORDER BY place
LIMIT 1) one)
UNION ALL (SELECT v.row_number, 1 AS key, one.id, ARRAY[one."emails_primary_email_key"::text, one."emails_additional_emails_keys"::text] AS had, (one."deletedAt" IS NULL) AS is_live, one.place = 1 AS by_others
FROM jsonb_to_recordset($3::jsonb) AS v(row_number integer, "emails_primary_email_key" text)
CROSS
JOIN LATERAL (SELECT *
FROM ((SELECT t.*, 0 AS place
FROM (SELECT t.*
FROM "person" t
WHERE t.workspace_id = $1 AND t."emails_primary_email_key" = v."emails_primary_email_key" AND t."emails_primary_email_key" <> '' AND t."deletedAt" IS NULL OFFSET 0) t
ORDER BY t."emails_primary_email_apart", t.id
LIMIT 1)
UNION ALL (SELECT t.*, 1 AS place
FROM (SELECT t.*
FROM "person" t
WHERE t.workspace_id = $1 AND t."emails_additional_emails_keys" @> to_jsonb(v."emails_primary_email_key") AND t."deletedAt" IS NULL OFFSET 0) t
ORDER BY t.id
LIMIT 1)
UNION ALL (SELECT t.*, 2 AS place
FROM (SELECT t.*
FROM "person" t
WHERE t.workspace_id = $1 AND t."emails_primary_email_key" = v."emails_primary_email_key" AND t."emails_primary_email_key" <> '' AND t."deletedAt" IS NOT NULL OFFSET 0) t
ORDER BY t."deletedAt" DESC, t.id
LIMIT 1)) either
ORDER BY place
LIMIT 1) one)),
locked AS (SELECT t.*
FROM "person" t
WHERE t.workspace_id = $1 AND t.id IN (SELECT id
FROM found)
ORDER BY t.id
FOR NO KEY UPDATE) SELECT found.row_number, found.key, found.id, found.had = CASE WHEN found.key = 0 THEN ARRAY[locked."id"::text] WHEN found.key = 1 THEN ARRAY[locked."emails_primary_email_key"::text, locked."emails_additional_emails_keys"::text] END AND found.is_live = (locked."deletedAt" IS NULL), found.by_others
FROM found
JOIN locked ON locked.id = found.id
ORDER BY found.row_number, found.key

WITH input_inserted AS NOT MATERIALIZED (SELECT *
FROM jsonb_to_recordset($2::jsonb) AS r(row_number integer, id uuid, "emailsPrimaryEmail" text, "city" text, "position" float8, "companyId" uuid, "emails_primary_email_key" text, row_place text, row_match uuid, row_given text[])),
locked_matches AS MATERIALIZED (SELECT t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", t."emails_primary_email_key", t."emails_additional_emails_keys", t."linkedin_link_primary_link_url_key", t."linkedin_link_secondary_links_keys", t."x_link_primary_link_url_key", t."x_link_secondary_links_keys", t."phones_primary_phone_number_key", t."phones_additional_phones_keys", now() AS moment
FROM "person" t
WHERE t.workspace_id = $1 AND t.id IN (SELECT row_match
FROM input_inserted)
ORDER BY t.id
FOR NO KEY UPDATE OF t),
updated AS (UPDATE "person" t
SET "emailsPrimaryEmail" = CASE WHEN 'emailsPrimaryEmail' = ANY(input_inserted.row_given) THEN input_inserted."emailsPrimaryEmail" ELSE locked_matches."emailsPrimaryEmail" END, "city" = CASE WHEN 'city' = ANY(input_inserted.row_given) THEN input_inserted."city" ELSE locked_matches."city" END, "companyId" = CASE WHEN 'companyId' = ANY(input_inserted.row_given) THEN input_inserted."companyId" ELSE locked_matches."companyId" END, "emails_primary_email_key" = CASE WHEN 'emails_primary_email_key' = ANY(input_inserted.row_given) THEN input_inserted."emails_primary_email_key" ELSE locked_matches."emails_primary_email_key" END, "updatedAt" = greatest((SELECT moment
FROM locked_matches
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC'), "emails_primary_email_apart" = CASE WHEN t."emails_primary_email_key" = CASE WHEN 'emails_primary_email_key' = ANY(input_inserted.row_given) THEN input_inserted."emails_primary_email_key" ELSE locked_matches."emails_primary_email_key" END THEN t."emails_primary_email_apart" ELSE 0 END
FROM locked_matches
JOIN input_inserted ON input_inserted.row_match = locked_matches.id
WHERE t.workspace_id = $1 AND t.id = locked_matches.id AND (locked_matches."emailsPrimaryEmail", locked_matches."city", locked_matches."companyId") IS DISTINCT
FROM (CASE WHEN 'emailsPrimaryEmail' = ANY(input_inserted.row_given) THEN input_inserted."emailsPrimaryEmail" ELSE locked_matches."emailsPrimaryEmail" END, CASE WHEN 'city' = ANY(input_inserted.row_given) THEN input_inserted."city" ELSE locked_matches."city" END, CASE WHEN 'companyId' = ANY(input_inserted.row_given) THEN input_inserted."companyId" ELSE locked_matches."companyId" END)
RETURNING t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId"),
inserted AS (INSERT INTO "person" AS new (workspace_id, "id", "emailsPrimaryEmail", "city", "position", "companyId", "emails_primary_email_key", "createdBySource", "createdByName") SELECT anchor.id, input_inserted.id, input_inserted."emailsPrimaryEmail", input_inserted."city", coalesce(input_inserted."position", CASE WHEN input_inserted.row_place = 'last' THEN coalesce((SELECT max(p."position")
FROM "person" p
WHERE p.workspace_id = $1) + 1 + input_inserted.row_number, input_inserted.row_number + 1) ELSE coalesce((SELECT min(p."position")
FROM "person" p
WHERE p.workspace_id = $1) - $3::integer + input_inserted.row_number, input_inserted.row_number + 1) END), input_inserted."companyId", input_inserted."emails_primary_email_key", $4::text::"ActorSourceEnum", $5::text
FROM workspace anchor, input_inserted
WHERE anchor.id = $1 AND input_inserted.row_match IS NULL
ORDER BY input_inserted."emails_primary_email_key", input_inserted.id, input_inserted."companyId" ON CONFLICT DO NOTHING
RETURNING new."nameFirstName", new."nameLastName", new."emailsPrimaryEmail", new."emailsAdditionalEmails", new."linkedinLinkPrimaryLinkLabel", new."linkedinLinkPrimaryLinkUrl", new."linkedinLinkSecondaryLinks", new."xLinkPrimaryLinkLabel", new."xLinkPrimaryLinkUrl", new."xLinkSecondaryLinks", new."jobTitle", new."phonesPrimaryPhoneNumber", new."phonesPrimaryPhoneCountryCode", new."phonesPrimaryPhoneCallingCode", new."phonesAdditionalPhones", new."city", new."avatarUrl", new."position", new."createdBySource", new."createdByWorkspaceMemberId", new."createdByName", new."createdByContext", new."id", new."createdAt", new."updatedAt", new."deletedAt", new."companyId"),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $6::json
FROM workspace anchor, (SELECT 'person', 'updated', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."nameFirstName", b."nameLastName", b."emailsPrimaryEmail", b."emailsAdditionalEmails", b."linkedinLinkPrimaryLinkLabel", b."linkedinLinkPrimaryLinkUrl", b."linkedinLinkSecondaryLinks", b."xLinkPrimaryLinkLabel", b."xLinkPrimaryLinkUrl", b."xLinkSecondaryLinks", b."jobTitle", b."phonesPrimaryPhoneNumber", b."phonesPrimaryPhoneCountryCode", b."phonesPrimaryPhoneCallingCode", b."phonesAdditionalPhones", b."city", b."avatarUrl", b."position", b."createdBySource", b."createdByWorkspaceMemberId", b."createdByName", b."createdByContext", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."companyId") shown), row_to_json(a), NULL::text[]
FROM updated a FULL
JOIN locked_matches b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'person', 'created', a.id, NULL::json, row_to_json(a), NULL::text[]
FROM inserted a) happened
WHERE anchor.id = $1
RETURNING new.record_id) SELECT count(*), array_agg(t1.id
ORDER BY input_inserted.row_number)
FROM (SELECT inserted."nameFirstName", inserted."nameLastName", inserted."emailsPrimaryEmail", inserted."emailsAdditionalEmails", inserted."linkedinLinkPrimaryLinkLabel", inserted."linkedinLinkPrimaryLinkUrl", inserted."linkedinLinkSecondaryLinks", inserted."xLinkPrimaryLinkLabel", inserted."xLinkPrimaryLinkUrl", inserted."xLinkSecondaryLinks", inserted."jobTitle", inserted."phonesPrimaryPhoneNumber", inserted."phonesPrimaryPhoneCountryCode", inserted."phonesPrimaryPhoneCallingCode", inserted."phonesAdditionalPhones", inserted."city", inserted."avatarUrl", inserted."position", inserted."createdBySource", inserted."createdByWorkspaceMemberId", inserted."createdByName", inserted."createdByContext", inserted."id", inserted."createdAt", inserted."updatedAt", inserted."deletedAt", inserted."companyId"
FROM inserted
UNION ALL SELECT updated."nameFirstName", updated."nameLastName", updated."emailsPrimaryEmail", updated."emailsAdditionalEmails", updated."linkedinLinkPrimaryLinkLabel", updated."linkedinLinkPrimaryLinkUrl", updated."linkedinLinkSecondaryLinks", updated."xLinkPrimaryLinkLabel", updated."xLinkPrimaryLinkUrl", updated."xLinkSecondaryLinks", updated."jobTitle", updated."phonesPrimaryPhoneNumber", updated."phonesPrimaryPhoneCountryCode", updated."phonesPrimaryPhoneCallingCode", updated."phonesAdditionalPhones", updated."city", updated."avatarUrl", updated."position", updated."createdBySource", updated."createdByWorkspaceMemberId", updated."createdByName", updated."createdByContext", updated."id", updated."createdAt", updated."updatedAt", updated."deletedAt", updated."companyId"
FROM updated
UNION ALL SELECT locked_matches."nameFirstName", locked_matches."nameLastName", locked_matches."emailsPrimaryEmail", locked_matches."emailsAdditionalEmails", locked_matches."linkedinLinkPrimaryLinkLabel", locked_matches."linkedinLinkPrimaryLinkUrl", locked_matches."linkedinLinkSecondaryLinks", locked_matches."xLinkPrimaryLinkLabel", locked_matches."xLinkPrimaryLinkUrl", locked_matches."xLinkSecondaryLinks", locked_matches."jobTitle", locked_matches."phonesPrimaryPhoneNumber", locked_matches."phonesPrimaryPhoneCountryCode", locked_matches."phonesPrimaryPhoneCallingCode", locked_matches."phonesAdditionalPhones", locked_matches."city", locked_matches."avatarUrl", locked_matches."position", locked_matches."createdBySource", locked_matches."createdByWorkspaceMemberId", locked_matches."createdByName", locked_matches."createdByContext", locked_matches."id", locked_matches."createdAt", locked_matches."updatedAt", locked_matches."deletedAt", locked_matches."companyId"
FROM locked_matches
WHERE id NOT IN (SELECT id
FROM updated)) t1
JOIN input_inserted ON coalesce(input_inserted.row_match, input_inserted.id) = t1.id

SELECT string_agg('{"city":' || to_json(t1."city")::text || ',"emails":{"primaryEmail":' || to_json(t1."emailsPrimaryEmail")::text || '},"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}', ','
ORDER BY listed.n)
FROM unnest((SELECT $2::uuid[])::uuid[]) WITH ORDINALITY AS listed(id, n)
JOIN "person" t1 ON t1.id = listed.id
WHERE t1.workspace_id = $1
