WITH target AS MATERIALIZED (SELECT t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId", t."emails_primary_email_key", t."emails_additional_emails_keys", t."linkedin_link_primary_link_url_key", t."linkedin_link_secondary_links_keys", t."x_link_primary_link_url_key", t."x_link_secondary_links_keys", t."phones_primary_phone_number_key", t."phones_additional_phones_keys", now() AS moment
FROM "person" t
WHERE t.workspace_id = $1 AND t."city" = $3::text AND t."deletedAt" IS NULL
ORDER BY t.id
LIMIT $2::bigint + 1
FOR NO KEY UPDATE OF t),
written AS (UPDATE "person" t
SET "nameLastName" = $4::text, "jobTitle" = $5::text, "updatedAt" = greatest((SELECT moment
FROM target
LIMIT 1), ((t."updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM target
WHERE (target."nameLastName", target."jobTitle") IS DISTINCT
FROM ($4::text, $5::text))) AND (SELECT count(*)
FROM target) <= $2::bigint
RETURNING t."nameFirstName", t."nameLastName", t."emailsPrimaryEmail", t."emailsAdditionalEmails", t."linkedinLinkPrimaryLinkLabel", t."linkedinLinkPrimaryLinkUrl", t."linkedinLinkSecondaryLinks", t."xLinkPrimaryLinkLabel", t."xLinkPrimaryLinkUrl", t."xLinkSecondaryLinks", t."jobTitle", t."phonesPrimaryPhoneNumber", t."phonesPrimaryPhoneCountryCode", t."phonesPrimaryPhoneCallingCode", t."phonesAdditionalPhones", t."city", t."avatarUrl", t."position", t."createdBySource", t."createdByWorkspaceMemberId", t."createdByName", t."createdByContext", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."companyId"),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $6::json
FROM workspace anchor, (SELECT 'person', 'updated', a.id, (SELECT row_to_json(shown)
FROM (SELECT b."nameFirstName", b."nameLastName", b."emailsPrimaryEmail", b."emailsAdditionalEmails", b."linkedinLinkPrimaryLinkLabel", b."linkedinLinkPrimaryLinkUrl", b."linkedinLinkSecondaryLinks", b."xLinkPrimaryLinkLabel", b."xLinkPrimaryLinkUrl", b."xLinkSecondaryLinks", b."jobTitle", b."phonesPrimaryPhoneNumber", b."phonesPrimaryPhoneCountryCode", b."phonesPrimaryPhoneCallingCode", b."phonesAdditionalPhones", b."city", b."avatarUrl", b."position", b."createdBySource", b."createdByWorkspaceMemberId", b."createdByName", b."createdByContext", b."id", b."createdAt", b."updatedAt", b."deletedAt", b."companyId") shown), row_to_json(a), NULL::text[]
FROM written a FULL
JOIN target b ON b.id = a.id
WHERE CASE WHEN a.id IS NULL THEN FALSE ELSE TRUE END) happened
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
