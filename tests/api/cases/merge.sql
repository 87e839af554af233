WITH target AS MATERIALIZED (SELECT t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", t."emails_primary_email_key", t."emails_additional_emails_keys", t."linkedin_link_primary_link_url_key", t."linkedin_link_secondary_links_keys", t."x_link_primary_link_url_key", t."x_link_secondary_links_keys", t."phones_primary_phone_number_key", t."phones_additional_phones_keys", now() AS moment
FROM "person" t
WHERE t.workspace_id = $1 AND t.id = ANY($2::uuid[])
ORDER BY t.id
FOR NO KEY UPDATE OF t) SELECT id
FROM target

WITH found AS MATERIALIZED (SELECT t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", t."emails_primary_email_key", t."emails_additional_emails_keys", t."linkedin_link_primary_link_url_key", t."linkedin_link_secondary_links_keys", t."x_link_primary_link_url_key", t."x_link_secondary_links_keys", t."phones_primary_phone_number_key", t."phones_additional_phones_keys", now() AS moment
FROM "person" t
WHERE t.workspace_id = $1 AND t.id = ANY($2::uuid[]) AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
losers AS MATERIALIZED (SELECT *
FROM found
WHERE id <> $3::uuid AND (SELECT count(*)
FROM found) = cardinality($2::uuid[])),
deleted AS (UPDATE "person" t
SET "deletedAt" = (SELECT moment
FROM losers
LIMIT 1), "updatedAt" = greatest((SELECT moment
FROM losers
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM losers))
RETURNING t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId"),
"locked_attachment" AS MATERIALIZED (SELECT t."name", t."fullPath", t."type", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."authorId", t."taskId", t."noteId", t."personId", t."companyId", t."opportunityId", now() AS moment
FROM "attachment" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_attachment" AS (UPDATE "attachment" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = greatest((SELECT moment
FROM "locked_attachment"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_attachment"))
RETURNING t."name", t."fullPath", t."type", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."authorId", t."taskId", t."noteId", t."personId", t."companyId", t."opportunityId"),
"locked_calendarEventParticipant" AS MATERIALIZED (SELECT t."handle", t."displayName", t."isOrganizer", t."responseStatus", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."calendarEventId", t."personId", t."workspaceMemberId", now() AS moment
FROM "calendarEventParticipant" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_calendarEventParticipant" AS (UPDATE "calendarEventParticipant" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = greatest((SELECT moment
FROM "locked_calendarEventParticipant"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_calendarEventParticipant"))
RETURNING t."handle", t."displayName", t."isOrganizer", t."responseStatus", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."calendarEventId", t."personId", t."workspaceMemberId"),
"locked_favorite" AS MATERIALIZED (SELECT t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."forWorkspaceMemberId", t."personId", t."companyId", t."favoriteFolderId", t."opportunityId", t."workflowId", t."workflowVersionId", t."workflowRunId", t."taskId", t."noteId", t."viewId", now() AS moment
FROM "favorite" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_favorite" AS (UPDATE "favorite" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "deletedAt" = CASE WHEN t."deletedAt" IS NULL AND (t.id IN (SELECT id
FROM (SELECT d.id, row_number() OVER (PARTITION BY d."forWorkspaceMemberId", d."companyId", d."opportunityId", d."workflowId", d."workflowVersionId", d."workflowRunId", d."taskId", d."noteId", d."viewId"
ORDER BY d."personId" = $3::uuid DESC, d.id) AS place
FROM "favorite" d
WHERE d.workspace_id = $1 AND d."personId" = ANY(ARRAY(SELECT id
FROM losers) || $3::uuid) AND (d."forWorkspaceMemberId" IS NOT NULL) AND d."deletedAt" IS NULL) ranked
WHERE place > 1)) THEN (SELECT moment
FROM "locked_favorite"
LIMIT 1) ELSE t."deletedAt" END, "updatedAt" = greatest((SELECT moment
FROM "locked_favorite"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_favorite"))
RETURNING t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."forWorkspaceMemberId", t."personId", t."companyId", t."favoriteFolderId", t."opportunityId", t."workflowId", t."workflowVersionId", t."workflowRunId", t."taskId", t."noteId", t."viewId"),
"locked_timelineActivity" AS MATERIALIZED (SELECT t."happensAt", t."name", t."properties", t."linkedRecordCachedName", t."linkedRecordId", t."linkedObjectMetadataId", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workspaceMemberId", t."personId", t."companyId", t."opportunityId", t."noteId", t."taskId", t."workflowId", t."workflowVersionId", t."workflowRunId", now() AS moment
FROM "timelineActivity" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_timelineActivity" AS (UPDATE "timelineActivity" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = greatest((SELECT moment
FROM "locked_timelineActivity"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_timelineActivity"))
RETURNING t."happensAt", t."name", t."properties", t."linkedRecordCachedName", t."linkedRecordId", t."linkedObjectMetadataId", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workspaceMemberId", t."personId", t."companyId", t."opportunityId", t."noteId", t."taskId", t."workflowId", t."workflowVersionId", t."workflowRunId"),
"locked_messageParticipant" AS MATERIALIZED (SELECT t."role", t."handle", t."displayName", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."messageId", t."personId", t."workspaceMemberId", now() AS moment
FROM "messageParticipant" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_messageParticipant" AS (UPDATE "messageParticipant" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = greatest((SELECT moment
FROM "locked_messageParticipant"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_messageParticipant"))
RETURNING t."role", t."handle", t."displayName", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."messageId", t."personId", t."workspaceMemberId"),
"locked_noteTarget" AS MATERIALIZED (SELECT t."id", t."createdAt", t."updatedAt", t."deletedAt", t."noteId", t."personId", t."companyId", t."opportunityId", now() AS moment
FROM "noteTarget" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_noteTarget" AS (UPDATE "noteTarget" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "deletedAt" = CASE WHEN t."deletedAt" IS NULL AND (t.id IN (SELECT id
FROM (SELECT d.id, row_number() OVER (PARTITION BY d."noteId", d."companyId", d."opportunityId"
ORDER BY d."personId" = $3::uuid DESC, d.id) AS place
FROM "noteTarget" d
WHERE d.workspace_id = $1 AND d."personId" = ANY(ARRAY(SELECT id
FROM losers) || $3::uuid) AND (d."noteId" IS NOT NULL) AND d."deletedAt" IS NULL) ranked
WHERE place > 1)) THEN (SELECT moment
FROM "locked_noteTarget"
LIMIT 1) ELSE t."deletedAt" END, "updatedAt" = greatest((SELECT moment
FROM "locked_noteTarget"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_noteTarget"))
RETURNING t."id", t."createdAt", t."updatedAt", t."deletedAt", t."noteId", t."personId", t."companyId", t."opportunityId"),
"locked_opportunity" AS MATERIALIZED (SELECT t."name", t."amountAmountMicros", t."amountCurrencyCode", t."closeDate", t."stage", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."pointOfContactId", t."companyId", now() AS moment
FROM "opportunity" t
WHERE t.workspace_id = $1 AND (t."pointOfContactId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_opportunity" AS (UPDATE "opportunity" t
SET "pointOfContactId" = CASE WHEN t."pointOfContactId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."pointOfContactId" END, "updatedAt" = greatest((SELECT moment
FROM "locked_opportunity"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_opportunity"))
RETURNING t."name", t."amountAmountMicros", t."amountCurrencyCode", t."closeDate", t."stage", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."pointOfContactId", t."companyId"),
"locked_taskTarget" AS MATERIALIZED (SELECT t."id", t."createdAt", t."updatedAt", t."deletedAt", t."taskId", t."personId", t."companyId", t."opportunityId", now() AS moment
FROM "taskTarget" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_taskTarget" AS (UPDATE "taskTarget" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "deletedAt" = CASE WHEN t."deletedAt" IS NULL AND (t.id IN (SELECT id
FROM (SELECT d.id, row_number() OVER (PARTITION BY d."taskId", d."companyId", d."opportunityId"
ORDER BY d."personId" = $3::uuid DESC, d.id) AS place
FROM "taskTarget" d
WHERE d.workspace_id = $1 AND d."personId" = ANY(ARRAY(SELECT id
FROM losers) || $3::uuid) AND (d."taskId" IS NOT NULL) AND d."deletedAt" IS NULL) ranked
WHERE place > 1)) THEN (SELECT moment
FROM "locked_taskTarget"
LIMIT 1) ELSE t."deletedAt" END, "updatedAt" = greatest((SELECT moment
FROM "locked_taskTarget"
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_taskTarget"))
RETURNING t."id", t."createdAt", t."updatedAt", t."deletedAt", t."taskId", t."personId", t."companyId", t."opportunityId"),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $4::json
FROM workspace anchor, (SELECT 'person', 'deleted', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."nameFirstName", b."nameLastName", b."emailsPrimaryEmail", b."emailsAdditionalEmails", b."linkedinLinkPrimaryLinkLabel", b."linkedinLinkPrimaryLinkUrl", b."linkedinLinkSecondaryLinks", b."xLinkPrimaryLinkLabel", b."xLinkPrimaryLinkUrl", b."xLinkSecondaryLinks", b."jobTitle", b."phonesPrimaryPhoneNumber", b."phonesPrimaryPhoneCountryCode", b."phonesPrimaryPhoneCallingCode", b."phonesAdditionalPhones", b."city", b."avatarUrl", b."position", b."createdBySource", b."createdByWorkspaceMemberId", b."createdByName", b."createdByContext", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."companyId") shown), row_to_json(a), NULL::text[]
FROM deleted a FULL
JOIN losers b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'attachment', 'updated', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."name", b."fullPath", b."type", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."authorId", b."taskId", b."noteId", b."personId", b."companyId", b."opportunityId") shown), row_to_json(a), NULL::text[]
FROM "moved_attachment" a FULL
JOIN "locked_attachment" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'calendarEventParticipant', 'updated', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."handle", b."displayName", b."isOrganizer", b."responseStatus", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."calendarEventId", b."personId", b."workspaceMemberId") shown), row_to_json(a), NULL::text[]
FROM "moved_calendarEventParticipant" a FULL
JOIN "locked_calendarEventParticipant" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'favorite', CASE WHEN b."deletedAt" IS NULL AND NOT a."deletedAt" IS NULL THEN 'deleted' WHEN a."deletedAt" IS NULL AND NOT b."deletedAt" IS NULL THEN 'restored' ELSE 'updated' END, a.id, (SELECT row_to_json(shown)
FROM (SELECT b."position", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."forWorkspaceMemberId", b."personId", b."companyId", b."favoriteFolderId", b."opportunityId", b."workflowId", b."workflowVersionId", b."workflowRunId", b."taskId", b."noteId", b."viewId") shown), row_to_json(a), NULL::text[]
FROM "moved_favorite" a FULL
JOIN "locked_favorite" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'timelineActivity', 'updated', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."happensAt", b."name", b."properties", b."linkedRecordCachedName", b."linkedRecordId", b."linkedObjectMetadataId", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."workspaceMemberId", b."personId", b."companyId", b."opportunityId", b."noteId", b."taskId", b."workflowId", b."workflowVersionId", b."workflowRunId") shown), row_to_json(a), NULL::text[]
FROM "moved_timelineActivity" a FULL
JOIN "locked_timelineActivity" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'messageParticipant', 'updated', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."role", b."handle", b."displayName", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."messageId", b."personId", b."workspaceMemberId") shown), row_to_json(a), NULL::text[]
FROM "moved_messageParticipant" a FULL
JOIN "locked_messageParticipant" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'noteTarget', CASE WHEN b."deletedAt" IS NULL AND NOT a."deletedAt" IS NULL THEN 'deleted' WHEN a."deletedAt" IS NULL AND NOT b."deletedAt" IS NULL THEN 'restored' ELSE 'updated' END, a.id, (SELECT row_to_json(shown)
FROM (SELECT b."id", b."createdAt", b."updatedAt", b."deletedAt", b."noteId", b."personId", b."companyId", b."opportunityId") shown), row_to_json(a), NULL::text[]
FROM "moved_noteTarget" a FULL
JOIN "locked_noteTarget" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'opportunity', 'updated', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."name", b."amountAmountMicros", b."amountCurrencyCode", b."closeDate", b."stage", b."position", b."createdBySource", b."createdByWorkspaceMemberId", b."createdByName", b."createdByContext", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."pointOfContactId", b."companyId") shown), row_to_json(a), NULL::text[]
FROM "moved_opportunity" a FULL
JOIN "locked_opportunity" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END
UNION ALL SELECT 'taskTarget', CASE WHEN b."deletedAt" IS NULL AND NOT a."deletedAt" IS NULL THEN 'deleted' WHEN a."deletedAt" IS NULL AND NOT b."deletedAt" IS NULL THEN 'restored' ELSE 'updated' END, a.id, (SELECT row_to_json(shown)
FROM (SELECT b."id", b."createdAt", b."updatedAt", b."deletedAt", b."taskId", b."personId", b."companyId", b."opportunityId") shown), row_to_json(a), NULL::text[]
FROM "moved_taskTarget" a FULL
JOIN "locked_taskTarget" b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END) happened
WHERE anchor.id = $1
RETURNING new.record_id) SELECT count(*), jsonb_agg(jsonb_build_object('id', found.id, 'emailsPrimaryEmail', found."emailsPrimaryEmail", 'emailsAdditionalEmails', found."emailsAdditionalEmails", 'linkedinLinkPrimaryLinkLabel', found."linkedinLinkPrimaryLinkLabel", 'linkedinLinkPrimaryLinkUrl', found."linkedinLinkPrimaryLinkUrl", 'linkedinLinkSecondaryLinks', found."linkedinLinkSecondaryLinks", 'xLinkPrimaryLinkLabel', found."xLinkPrimaryLinkLabel", 'xLinkPrimaryLinkUrl', found."xLinkPrimaryLinkUrl", 'xLinkSecondaryLinks', found."xLinkSecondaryLinks", 'phonesPrimaryPhoneNumber', found."phonesPrimaryPhoneNumber", 'phonesPrimaryPhoneCountryCode', found."phonesPrimaryPhoneCountryCode", 'phonesPrimaryPhoneCallingCode', found."phonesPrimaryPhoneCallingCode", 'phonesAdditionalPhones', found."phonesAdditionalPhones")
ORDER BY array_position($2::uuid[], found.id))::text
FROM found

WITH sources AS MATERIALIZED (SELECT t.*, listed.source_place
FROM unnest($2::uuid[]) WITH ORDINALITY AS listed(id, source_place)
JOIN "person" t ON t.id = listed.id
WHERE t.workspace_id = $1),
merged AS (SELECT (SELECT s."nameFirstName"
FROM sources s
ORDER BY coalesce(concat(s."nameFirstName", s."nameLastName") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "nameFirstName", (SELECT s."nameLastName"
FROM sources s
ORDER BY coalesce(concat(s."nameFirstName", s."nameLastName") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "nameLastName", (SELECT s."jobTitle"
FROM sources s
ORDER BY coalesce(s."jobTitle" = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "jobTitle", (SELECT s."city"
FROM sources s
ORDER BY coalesce(s."city" = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "city", (SELECT s."avatarUrl"
FROM sources s
ORDER BY coalesce(s."avatarUrl" = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "avatarUrl", (SELECT s."companyId"
FROM sources s
ORDER BY (s."companyId" IS NULL), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "companyId"),
target AS MATERIALIZED (SELECT t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", t."emails_primary_email_key", t."emails_additional_emails_keys", t."linkedin_link_primary_link_url_key", t."linkedin_link_secondary_links_keys", t."x_link_primary_link_url_key", t."x_link_secondary_links_keys", t."phones_primary_phone_number_key", t."phones_additional_phones_keys", now() AS moment
FROM "person" t
WHERE t.workspace_id = $1 AND t.id = $3::uuid
ORDER BY t.id
FOR NO KEY UPDATE OF t),
written AS (UPDATE "person" t
SET "nameFirstName" = merged."nameFirstName", "nameLastName" = merged."nameLastName", "emailsPrimaryEmail" = $4::text, "emailsAdditionalEmails" = $5::jsonb, "linkedinLinkPrimaryLinkLabel" = $6::text, "linkedinLinkPrimaryLinkUrl" = $7::text, "linkedinLinkSecondaryLinks" = $8::jsonb, "xLinkPrimaryLinkLabel" = $9::text, "xLinkPrimaryLinkUrl" = $10::text, "xLinkSecondaryLinks" = $11::jsonb, "jobTitle" = merged."jobTitle", "phonesPrimaryPhoneNumber" = $12::text, "phonesPrimaryPhoneCountryCode" = $13::text, "phonesPrimaryPhoneCallingCode" = $14::text, "phonesAdditionalPhones" = $15::jsonb, "city" = merged."city", "avatarUrl" = merged."avatarUrl", "companyId" = merged."companyId", "emails_primary_email_key" = $16::text, "emails_additional_emails_keys" = $17::jsonb, "linkedin_link_primary_link_url_key" = $18::text, "linkedin_link_secondary_links_keys" = $19::jsonb, "x_link_primary_link_url_key" = $20::text, "x_link_secondary_links_keys" = $21::jsonb, "phones_primary_phone_number_key" = $22::text, "phones_additional_phones_keys" = $23::jsonb, "updatedAt" = greatest((SELECT moment
FROM target
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC'), "emails_primary_email_apart" = CASE WHEN EXISTS (SELECT
FROM "person" o
WHERE o.workspace_id = $1 AND o."emails_primary_email_key" = $16::text AND o.id <> $3::uuid AND o."deletedAt" IS NULL AND o."emails_primary_email_apart" = 0) THEN (SELECT max(s."emails_primary_email_apart")
FROM sources s
WHERE s."emails_primary_email_key" = $16::text) ELSE 0 END
FROM target, merged
WHERE t.workspace_id = $1 AND t.id = target.id AND ((target."nameFirstName", target."nameLastName", target."emailsPrimaryEmail", target."emailsAdditionalEmails", target."linkedinLinkPrimaryLinkLabel", target."linkedinLinkPrimaryLinkUrl", target."linkedinLinkSecondaryLinks", target."xLinkPrimaryLinkLabel", target."xLinkPrimaryLinkUrl", target."xLinkSecondaryLinks", target."jobTitle", target."phonesPrimaryPhoneNumber", target."phonesPrimaryPhoneCountryCode", target."phonesPrimaryPhoneCallingCode", target."phonesAdditionalPhones", target."city", target."avatarUrl", target."companyId") IS DISTINCT
FROM (merged."nameFirstName", merged."nameLastName", $4::text, $5::jsonb, $6::text, $7::text, $8::jsonb, $9::text, $10::text, $11::jsonb, merged."jobTitle", $12::text, $13::text, $14::text, $15::jsonb, merged."city", merged."avatarUrl", merged."companyId") OR t."emails_primary_email_apart" <> 0)
RETURNING t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId"),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $24::json
FROM workspace anchor, (SELECT 'person', 'updated', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."nameFirstName", b."nameLastName", b."emailsPrimaryEmail", b."emailsAdditionalEmails", b."linkedinLinkPrimaryLinkLabel", b."linkedinLinkPrimaryLinkUrl", b."linkedinLinkSecondaryLinks", b."xLinkPrimaryLinkLabel", b."xLinkPrimaryLinkUrl", b."xLinkSecondaryLinks", b."jobTitle", b."phonesPrimaryPhoneNumber", b."phonesPrimaryPhoneCountryCode", b."phonesPrimaryPhoneCallingCode", b."phonesAdditionalPhones", b."city", b."avatarUrl", b."position", b."createdBySource", b."createdByWorkspaceMemberId", b."createdByName", b."createdByContext", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."companyId") shown), row_to_json(a), NULL::text[]
FROM written a FULL
JOIN target b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END) happened
WHERE anchor.id = $1
RETURNING new.record_id) SELECT count(*), array_agg(t1.id
ORDER BY t1.id)
FROM (SELECT written."nameFirstName", written."nameLastName", written."emailsPrimaryEmail", written."emailsAdditionalEmails", written."linkedinLinkPrimaryLinkLabel", written."linkedinLinkPrimaryLinkUrl", written."linkedinLinkSecondaryLinks", written."xLinkPrimaryLinkLabel", written."xLinkPrimaryLinkUrl", written."xLinkSecondaryLinks", written."jobTitle", written."phonesPrimaryPhoneNumber", written."phonesPrimaryPhoneCountryCode", written."phonesPrimaryPhoneCallingCode", written."phonesAdditionalPhones", written."city", written."avatarUrl", written."position", written."createdBySource", written."createdByWorkspaceMemberId", written."createdByName", written."createdByContext", written."id", written."createdAt", written."updatedAt", written."deletedAt", written."companyId"
FROM written
UNION ALL SELECT target."nameFirstName", target."nameLastName", target."emailsPrimaryEmail", target."emailsAdditionalEmails", target."linkedinLinkPrimaryLinkLabel", target."linkedinLinkPrimaryLinkUrl", target."linkedinLinkSecondaryLinks", target."xLinkPrimaryLinkLabel", target."xLinkPrimaryLinkUrl", target."xLinkSecondaryLinks", target."jobTitle", target."phonesPrimaryPhoneNumber", target."phonesPrimaryPhoneCountryCode", target."phonesPrimaryPhoneCallingCode", target."phonesAdditionalPhones", target."city", target."avatarUrl", target."position", target."createdBySource", target."createdByWorkspaceMemberId", target."createdByName", target."createdByContext", target."id", target."createdAt", target."updatedAt", target."deletedAt", target."companyId"
FROM target
WHERE id NOT IN (SELECT id
FROM written)) t1

SELECT string_agg('{"id":"' || t1."id"::text || '","name":{"firstName":' || to_json(t1."nameFirstName")::text || '},"city":' || to_json(t1."city")::text || ',"emails":{"primaryEmail":' || to_json(t1."emailsPrimaryEmail")::text || '},"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}', ','
ORDER BY listed.n)
FROM unnest((SELECT $2::uuid[])::uuid[]) WITH ORDINALITY AS listed(id, n)
JOIN "person" t1 ON t1.id = listed.id
WHERE t1.workspace_id = $1
