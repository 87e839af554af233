WITH target AS MATERIALIZED (SELECT t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", now() AS moment
FROM "person" t
WHERE t.workspace_id = $1 AND t."city" = $3::text AND t."deletedAt" IS NULL
ORDER BY t.id
LIMIT $2::bigint + 1
FOR NO KEY UPDATE OF t),
written AS (UPDATE "person" t
SET "nameLastName" = $4::text, "jobTitle" = $5::text, "updatedAt" = greatest(target.moment, target."updatedAt" + interval '1 ms')
FROM target
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM target)) AND t.id = target.id AND (SELECT count(*)
FROM target) <= $2::bigint AND (target."nameLastName", target."jobTitle") IS DISTINCT
FROM ($4::text, $5::text)
RETURNING t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", target AS row_before),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $6::json
FROM workspace anchor, (SELECT 'person', 'updated', a.id, row_to_json((a.row_before)), (SELECT row_to_json(shown)
FROM (SELECT a."nameFirstName", a."nameLastName", a."emailsPrimaryEmail", a."emailsAdditionalEmails", a."linkedinLinkPrimaryLinkLabel", a."linkedinLinkPrimaryLinkUrl", a."linkedinLinkSecondaryLinks", a."xLinkPrimaryLinkLabel", a."xLinkPrimaryLinkUrl", a."xLinkSecondaryLinks", a."jobTitle", a."phonesPrimaryPhoneNumber", a."phonesPrimaryPhoneCountryCode", a."phonesPrimaryPhoneCallingCode", a."phonesAdditionalPhones", a."city", a."avatarUrl", a."position", a."createdBySource", a."createdByWorkspaceMemberId", a."createdByName", a."createdByContext", a."id", a."createdAt", a."updatedAt", a."deletedAt", a."companyId") shown), NULL::text[]
FROM written a) happened
WHERE anchor.id = $1
RETURNING new.record_id) SELECT (SELECT count(*)
FROM target), array_agg(t1.id
ORDER BY t1.id)
FROM (SELECT written."nameFirstName", written."nameLastName", written."emailsPrimaryEmail", written."emailsAdditionalEmails", written."linkedinLinkPrimaryLinkLabel", written."linkedinLinkPrimaryLinkUrl", written."linkedinLinkSecondaryLinks", written."xLinkPrimaryLinkLabel", written."xLinkPrimaryLinkUrl", written."xLinkSecondaryLinks", written."jobTitle", written."phonesPrimaryPhoneNumber", written."phonesPrimaryPhoneCountryCode", written."phonesPrimaryPhoneCallingCode", written."phonesAdditionalPhones", written."city", written."avatarUrl", written."position", written."createdBySource", written."createdByWorkspaceMemberId", written."createdByName", written."createdByContext", written."id", written."createdAt", written."updatedAt", written."deletedAt", written."companyId"
FROM written
UNION ALL SELECT target."nameFirstName", target."nameLastName", target."emailsPrimaryEmail", target."emailsAdditionalEmails", target."linkedinLinkPrimaryLinkLabel", target."linkedinLinkPrimaryLinkUrl", target."linkedinLinkSecondaryLinks", target."xLinkPrimaryLinkLabel", target."xLinkPrimaryLinkUrl", target."xLinkSecondaryLinks", target."jobTitle", target."phonesPrimaryPhoneNumber", target."phonesPrimaryPhoneCountryCode", target."phonesPrimaryPhoneCallingCode", target."phonesAdditionalPhones", target."city", target."avatarUrl", target."position", target."createdBySource", target."createdByWorkspaceMemberId", target."createdByName", target."createdByContext", target."id", target."createdAt", target."updatedAt", target."deletedAt", target."companyId"
FROM target
WHERE id NOT IN (SELECT id
FROM written)) t1

SELECT string_agg('{"id":"' || t1."id"::text || '","jobTitle":' || to_json(t1."jobTitle")::text || ',"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}', ','
ORDER BY listed.n)
FROM unnest((SELECT $2::uuid[])::uuid[]) WITH ORDINALITY AS listed(id, n)
JOIN "person" t1 ON t1.id = listed.id
WHERE t1.workspace_id = $1
