WITH moment AS MATERIALIZED (SELECT now() AS moment),
found AS MATERIALIZED (SELECT t.id, t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones"
FROM "person" t
WHERE t.workspace_id = $1 AND t.id = ANY($2::uuid[]) AND t."deletedAt" IS NULL
ORDER BY t.id
FOR NO KEY UPDATE OF t),
losers AS MATERIALIZED (SELECT id
FROM found
WHERE id <> $3::uuid AND (SELECT count(*)
FROM found) = cardinality($2::uuid[])),
deleted AS (UPDATE "person" t
SET "deletedAt" = now(), "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM losers))
RETURNING t.id),
"locked_attachment" AS MATERIALIZED (SELECT t.id
FROM "attachment" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_attachment" AS (UPDATE "attachment" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_attachment"))
RETURNING t.id),
"locked_calendarEventParticipant" AS MATERIALIZED (SELECT t.id
FROM "calendarEventParticipant" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_calendarEventParticipant" AS (UPDATE "calendarEventParticipant" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_calendarEventParticipant"))
RETURNING t.id),
"locked_favorite" AS MATERIALIZED (SELECT t.id
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
WHERE place > 1)) THEN (SELECT moment.moment
FROM moment) ELSE t."deletedAt" END, "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_favorite"))
RETURNING t.id),
"locked_timelineActivity" AS MATERIALIZED (SELECT t.id
FROM "timelineActivity" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_timelineActivity" AS (UPDATE "timelineActivity" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_timelineActivity"))
RETURNING t.id),
"locked_messageParticipant" AS MATERIALIZED (SELECT t.id
FROM "messageParticipant" t
WHERE t.workspace_id = $1 AND (t."personId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_messageParticipant" AS (UPDATE "messageParticipant" t
SET "personId" = CASE WHEN t."personId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."personId" END, "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_messageParticipant"))
RETURNING t.id),
"locked_noteTarget" AS MATERIALIZED (SELECT t.id
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
WHERE place > 1)) THEN (SELECT moment.moment
FROM moment) ELSE t."deletedAt" END, "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_noteTarget"))
RETURNING t.id),
"locked_opportunity" AS MATERIALIZED (SELECT t.id
FROM "opportunity" t
WHERE t.workspace_id = $1 AND (t."pointOfContactId" = ANY(ARRAY(SELECT id
FROM losers)))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"moved_opportunity" AS (UPDATE "opportunity" t
SET "pointOfContactId" = CASE WHEN t."pointOfContactId" = ANY(ARRAY(SELECT id
FROM losers)) THEN $3::uuid ELSE t."pointOfContactId" END, "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_opportunity"))
RETURNING t.id),
"locked_taskTarget" AS MATERIALIZED (SELECT t.id
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
WHERE place > 1)) THEN (SELECT moment.moment
FROM moment) ELSE t."deletedAt" END, "updatedAt" = now()
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "locked_taskTarget"))
RETURNING t.id) SELECT count(*), jsonb_agg(jsonb_build_object('id', found.id, 'emailsPrimaryEmail', found."emailsPrimaryEmail", 'emailsAdditionalEmails', found."emailsAdditionalEmails", 'linkedinLinkPrimaryLinkLabel', found."linkedinLinkPrimaryLinkLabel", 'linkedinLinkPrimaryLinkUrl', found."linkedinLinkPrimaryLinkUrl", 'linkedinLinkSecondaryLinks', found."linkedinLinkSecondaryLinks", 'xLinkPrimaryLinkLabel', found."xLinkPrimaryLinkLabel", 'xLinkPrimaryLinkUrl', found."xLinkPrimaryLinkUrl", 'xLinkSecondaryLinks', found."xLinkSecondaryLinks", 'phonesPrimaryPhoneNumber', found."phonesPrimaryPhoneNumber", 'phonesPrimaryPhoneCountryCode', found."phonesPrimaryPhoneCountryCode", 'phonesPrimaryPhoneCallingCode', found."phonesPrimaryPhoneCallingCode", 'phonesAdditionalPhones', found."phonesAdditionalPhones")
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
locked AS MATERIALIZED (SELECT t.id
FROM "person" t
WHERE t.workspace_id = $1 AND t.id = $3::uuid
ORDER BY t.id
FOR NO KEY UPDATE OF t),
written AS (UPDATE "person" t
SET "nameFirstName" = merged."nameFirstName", "nameLastName" = merged."nameLastName", "emailsPrimaryEmail" = $4::text, "emailsAdditionalEmails" = $5::jsonb, "linkedinLinkPrimaryLinkLabel" = $6::text, "linkedinLinkPrimaryLinkUrl" = $7::text, "linkedinLinkSecondaryLinks" = $8::jsonb, "xLinkPrimaryLinkLabel" = $9::text, "xLinkPrimaryLinkUrl" = $10::text, "xLinkSecondaryLinks" = $11::jsonb, "jobTitle" = merged."jobTitle", "phonesPrimaryPhoneNumber" = $12::text, "phonesPrimaryPhoneCountryCode" = $13::text, "phonesPrimaryPhoneCallingCode" = $14::text, "phonesAdditionalPhones" = $15::jsonb, "city" = merged."city", "avatarUrl" = merged."avatarUrl", "companyId" = merged."companyId", "updatedAt" = now()
FROM locked, merged
WHERE t.workspace_id = $1 AND t.id = locked.id
RETURNING t."id") SELECT count(*), array_agg(t1.id
ORDER BY t1.id)
FROM written t1

SELECT string_agg('{"id":"' || t1."id"::text || '","name":{"firstName":' || to_json(t1."nameFirstName")::text || '},"city":' || to_json(t1."city")::text || ',"emails":{"primaryEmail":' || to_json(t1."emailsPrimaryEmail")::text || '},"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}', ','
ORDER BY listed.n)
FROM unnest((SELECT $2::uuid[])::uuid[]) WITH ORDINALITY AS listed(id, n)
JOIN "person" t1 ON t1.id = listed.id
WHERE t1.workspace_id = $1
