WITH found AS MATERIALIZED (SELECT t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", now() AS moment
FROM "person" t
WHERE t.workspace_id = $1 AND t.id = ANY($2::uuid[]) AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
losers AS MATERIALIZED (SELECT *
FROM found
WHERE id <> $3::uuid AND (SELECT count(*)
FROM found) = cardinality($2::uuid[])),
deleted AS (UPDATE "person" t
SET "deletedAt" = losers.moment, "updatedAt" = greatest(losers.moment, losers."updatedAt" + interval '1 ms')
FROM losers
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM losers)) AND t.id = losers.id
RETURNING t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", losers AS row_before),
"locked_attachment" AS MATERIALIZED (SELECT t."name", t."fullPath", t."type", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."authorId", t."taskId", t."noteId", t."personId", t."companyId", t."opportunityId", now() AS moment
FROM "attachment" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_attachment" AS (UPDATE "attachment" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = greatest("locked_attachment".moment, "locked_attachment"."updatedAt" + interval '1 ms')
FROM "locked_attachment"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_attachment")) AND t.id = "locked_attachment".id
RETURNING t."name", t."fullPath", t."type", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."authorId", t."taskId", t."noteId", t."personId", t."companyId", t."opportunityId", "locked_attachment" AS row_before),
"locked_calendarEventParticipant" AS MATERIALIZED (SELECT t."handle", t."displayName", t."isOrganizer", t."responseStatus", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."calendarEventId", t."personId", t."workspaceMemberId", now() AS moment
FROM "calendarEventParticipant" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_calendarEventParticipant" AS (UPDATE "calendarEventParticipant" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = greatest("locked_calendarEventParticipant".moment, "locked_calendarEventParticipant"."updatedAt" + interval '1 ms')
FROM "locked_calendarEventParticipant"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_calendarEventParticipant")) AND t.id = "locked_calendarEventParticipant".id
RETURNING t."handle", t."displayName", t."isOrganizer", t."responseStatus", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."calendarEventId", t."personId", t."workspaceMemberId", "locked_calendarEventParticipant" AS row_before),
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
WHERE place > 1)) THEN "locked_favorite".moment ELSE t."deletedAt" END, "updatedAt" = greatest("locked_favorite".moment, "locked_favorite"."updatedAt" + interval '1 ms')
FROM "locked_favorite"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_favorite")) AND t.id = "locked_favorite".id
RETURNING t."position", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."forWorkspaceMemberId", t."personId", t."companyId", t."favoriteFolderId", t."opportunityId", t."workflowId", t."workflowVersionId", t."workflowRunId", t."taskId", t."noteId", t."viewId", "locked_favorite" AS row_before),
"locked_timelineActivity" AS MATERIALIZED (SELECT t."happensAt", t."name", t."properties", t."linkedRecordCachedName", t."linkedRecordId", t."linkedObjectMetadataId", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workspaceMemberId", t."personId", t."companyId", t."opportunityId", t."noteId", t."taskId", t."workflowId", t."workflowVersionId", t."workflowRunId", now() AS moment
FROM "timelineActivity" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_timelineActivity" AS (UPDATE "timelineActivity" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = greatest("locked_timelineActivity".moment, "locked_timelineActivity"."updatedAt" + interval '1 ms')
FROM "locked_timelineActivity"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_timelineActivity")) AND t.id = "locked_timelineActivity".id
RETURNING t."happensAt", t."name", t."properties", t."linkedRecordCachedName", t."linkedRecordId", t."linkedObjectMetadataId", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."workspaceMemberId", t."personId", t."companyId", t."opportunityId", t."noteId", t."taskId", t."workflowId", t."workflowVersionId", t."workflowRunId", "locked_timelineActivity" AS row_before),
"locked_messageParticipant" AS MATERIALIZED (SELECT t."role", t."handle", t."displayName", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."messageId", t."personId", t."workspaceMemberId", now() AS moment
FROM "messageParticipant" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_messageParticipant" AS (UPDATE "messageParticipant" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = greatest("locked_messageParticipant".moment, "locked_messageParticipant"."updatedAt" + interval '1 ms')
FROM "locked_messageParticipant"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_messageParticipant")) AND t.id = "locked_messageParticipant".id
RETURNING t."role", t."handle", t."displayName", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."messageId", t."personId", t."workspaceMemberId", "locked_messageParticipant" AS row_before),
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
WHERE place > 1)) THEN "locked_noteTarget".moment ELSE t."deletedAt" END, "updatedAt" = greatest("locked_noteTarget".moment, "locked_noteTarget"."updatedAt" + interval '1 ms')
FROM "locked_noteTarget"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_noteTarget")) AND t.id = "locked_noteTarget".id
RETURNING t."id", t."createdAt", t."updatedAt", t."deletedAt", t."noteId", t."personId", t."companyId", t."opportunityId", "locked_noteTarget" AS row_before),
"locked_opportunity" AS MATERIALIZED (SELECT t."name", t."amountAmountMicros", t."amountCurrencyCode", t."closeDate", t."stage", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."pointOfContactId", t."companyId", now() AS moment
FROM "opportunity" t
WHERE t.workspace_id = $1 AND (t."pointOfContactId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_opportunity" AS (UPDATE "opportunity" t
SET "pointOfContactId" = CASE WHEN t."pointOfContactId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."pointOfContactId" END, "updatedAt" = greatest("locked_opportunity".moment, "locked_opportunity"."updatedAt" + interval '1 ms')
FROM "locked_opportunity"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_opportunity")) AND t.id = "locked_opportunity".id
RETURNING t."name", t."amountAmountMicros", t."amountCurrencyCode", t."closeDate", t."stage", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."pointOfContactId", t."companyId", "locked_opportunity" AS row_before),
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
WHERE place > 1)) THEN "locked_taskTarget".moment ELSE t."deletedAt" END, "updatedAt" = greatest("locked_taskTarget".moment, "locked_taskTarget"."updatedAt" + interval '1 ms')
FROM "locked_taskTarget"
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_taskTarget")) AND t.id = "locked_taskTarget".id
RETURNING t."id", t."createdAt", t."updatedAt", t."deletedAt", t."taskId", t."personId", t."companyId", t."opportunityId", "locked_taskTarget" AS row_before),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $4::json
FROM workspace anchor, (SELECT 'person', 'deleted', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."nameFirstName", a."nameLastName", a."emailsPrimaryEmail", a."emailsAdditionalEmails", a."linkedinLinkPrimaryLinkLabel", a."linkedinLinkPrimaryLinkUrl", a."linkedinLinkSecondaryLinks", a."xLinkPrimaryLinkLabel", a."xLinkPrimaryLinkUrl", a."xLinkSecondaryLinks", a."jobTitle", a."phonesPrimaryPhoneNumber", a."phonesPrimaryPhoneCountryCode", a."phonesPrimaryPhoneCallingCode", a."phonesAdditionalPhones", a."city", a."avatarUrl", a."position", a."createdBySource", a."createdByWorkspaceMemberId", a."createdByName", a."createdByContext", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."companyId") shown), NULL::text[]
FROM deleted a
UNION ALL SELECT 'attachment', 'updated', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."name", a."fullPath", a."type", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."authorId", a."taskId", a."noteId", a."personId", a."companyId", a."opportunityId") shown), NULL::text[]
FROM "moved_attachment" a
UNION ALL SELECT 'calendarEventParticipant', 'updated', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."handle", a."displayName", a."isOrganizer", a."responseStatus", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."calendarEventId", a."personId", a."workspaceMemberId") shown), NULL::text[]
FROM "moved_calendarEventParticipant" a
UNION ALL SELECT 'favorite', CASE WHEN (a.row_before)."deletedAt" IS NULL AND NOT a."deletedAt" IS NULL THEN 'deleted' WHEN a."deletedAt" IS NULL AND NOT (a.row_before)."deletedAt" IS NULL THEN 'restored' ELSE 'updated' END, a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."position", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."forWorkspaceMemberId", a."personId", a."companyId", a."favoriteFolderId", a."opportunityId", a."workflowId", a."workflowVersionId", a."workflowRunId", a."taskId", a."noteId", a."viewId") shown), NULL::text[]
FROM "moved_favorite" a
UNION ALL SELECT 'timelineActivity', 'updated', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."happensAt", a."name", a."properties", a."linkedRecordCachedName", a."linkedRecordId", a."linkedObjectMetadataId", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."workspaceMemberId", a."personId", a."companyId", a."opportunityId", a."noteId", a."taskId", a."workflowId", a."workflowVersionId", a."workflowRunId") shown), NULL::text[]
FROM "moved_timelineActivity" a
UNION ALL SELECT 'messageParticipant', 'updated', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."role", a."handle", a."displayName", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."messageId", a."personId", a."workspaceMemberId") shown), NULL::text[]
FROM "moved_messageParticipant" a
UNION ALL SELECT 'noteTarget', CASE WHEN (a.row_before)."deletedAt" IS NULL AND NOT a."deletedAt" IS NULL THEN 'deleted' WHEN a."deletedAt" IS NULL AND NOT (a.row_before)."deletedAt" IS NULL THEN 'restored' ELSE 'updated' END, a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."id", a."createdAt", a."updatedAt", a."deletedAt", a."noteId", a."personId", a."companyId", a."opportunityId") shown), NULL::text[]
FROM "moved_noteTarget" a
UNION ALL SELECT 'opportunity', 'updated', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."name", a."amountAmountMicros", a."amountCurrencyCode", a."closeDate", a."stage", a."position", a."createdBySource", a."createdByWorkspaceMemberId", a."createdByName", a."createdByContext", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."pointOfContactId", a."companyId") shown), NULL::text[]
FROM "moved_opportunity" a
UNION ALL SELECT 'taskTarget', CASE WHEN (a.row_before)."deletedAt" IS NULL AND NOT a."deletedAt" IS NULL THEN 'deleted' WHEN a."deletedAt" IS NULL AND NOT (a.row_before)."deletedAt" IS NULL THEN 'restored' ELSE 'updated' END, a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."id", a."createdAt", a."updatedAt", a."deletedAt", a."taskId", a."personId", a."companyId", a."opportunityId") shown), NULL::text[]
FROM "moved_taskTarget" a) happened
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
target AS MATERIALIZED (SELECT t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", now() AS moment
FROM "person" t
WHERE t.workspace_id = $1 AND t.id = $3::uuid
ORDER BY t.id
FOR NO KEY UPDATE OF t),
written AS (UPDATE "person" t
SET "nameFirstName" = merged."nameFirstName", "nameLastName" = merged."nameLastName", "emailsPrimaryEmail" = $4::text, "emailsAdditionalEmails" = $5::jsonb, "linkedinLinkPrimaryLinkLabel" = $6::text, "linkedinLinkPrimaryLinkUrl" = $7::text, "linkedinLinkSecondaryLinks" = $8::jsonb, "xLinkPrimaryLinkLabel" = $9::text, "xLinkPrimaryLinkUrl" = $10::text, "xLinkSecondaryLinks" = $11::jsonb, "jobTitle" = merged."jobTitle", "phonesPrimaryPhoneNumber" = $12::text, "phonesPrimaryPhoneCountryCode" = $13::text, "phonesPrimaryPhoneCallingCode" = $14::text, "phonesAdditionalPhones" = $15::jsonb, "city" = merged."city", "avatarUrl" = merged."avatarUrl", "companyId" = merged."companyId", "updatedAt" = greatest(target.moment, target."updatedAt" + interval '1 ms')
FROM target, merged
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM target)) AND t.id = target.id AND (target."nameFirstName", target."nameLastName", target."emailsPrimaryEmail", target."emailsAdditionalEmails", target."linkedinLinkPrimaryLinkLabel", target."linkedinLinkPrimaryLinkUrl", target."linkedinLinkSecondaryLinks", target."xLinkPrimaryLinkLabel", target."xLinkPrimaryLinkUrl", target."xLinkSecondaryLinks", target."jobTitle", target."phonesPrimaryPhoneNumber", target."phonesPrimaryPhoneCountryCode", target."phonesPrimaryPhoneCallingCode", target."phonesAdditionalPhones", target."city", target."avatarUrl", target."companyId") IS DISTINCT
FROM (merged."nameFirstName", merged."nameLastName", $4::text, $5::jsonb, $6::text, $7::text, $8::jsonb, $9::text, $10::text, $11::jsonb, merged."jobTitle", $12::text, $13::text, $14::text, $15::jsonb, merged."city", merged."avatarUrl", merged."companyId")
RETURNING t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", target AS row_before),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $16::json
FROM workspace anchor, (SELECT 'person', 'updated', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."nameFirstName", a."nameLastName", a."emailsPrimaryEmail", a."emailsAdditionalEmails", a."linkedinLinkPrimaryLinkLabel", a."linkedinLinkPrimaryLinkUrl", a."linkedinLinkSecondaryLinks", a."xLinkPrimaryLinkLabel", a."xLinkPrimaryLinkUrl", a."xLinkSecondaryLinks", a."jobTitle", a."phonesPrimaryPhoneNumber", a."phonesPrimaryPhoneCountryCode", a."phonesPrimaryPhoneCallingCode", a."phonesAdditionalPhones", a."city", a."avatarUrl", a."position", a."createdBySource", a."createdByWorkspaceMemberId", a."createdByName", a."createdByContext", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."companyId") shown), NULL::text[]
FROM written a) happened
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
