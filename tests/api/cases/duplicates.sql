SELECT string_agg((SELECT '{"totalCount":' || CASE WHEN count(*) < 1000 THEN count(*)::text ELSE (SELECT count(*)::text
FROM "person" counted
WHERE counted.workspace_id = $1 AND counted.id IS DISTINCT
FROM source.own_id AND (((length(source."nameFirstName") >= 3 AND lower(counted."nameFirstName") = lower(source."nameFirstName")) AND (length(source."nameLastName") >= 3 AND lower(counted."nameLastName") = lower(source."nameLastName"))) OR ((length(source."linkedinLinkPrimaryLinkUrl") >= 3 AND lower(counted."linkedinLinkPrimaryLinkUrl") = lower(source."linkedinLinkPrimaryLinkUrl"))) OR ((length(source."emailsPrimaryEmail") >= 3 AND lower(counted."emailsPrimaryEmail") = lower(source."emailsPrimaryEmail")))) AND counted."deletedAt" IS NULL) END || ',"edges":[' || coalesce(string_agg('{"node":{"name":{"firstName":' || to_json(t1."nameFirstName")::text || '},"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}}', ','), '') || ']}'
FROM (SELECT t3."nameFirstName", t3."id", t3."companyId"
FROM "person" t3
WHERE t3.workspace_id = $1 AND t3.id IS DISTINCT
FROM source.own_id AND (((length(source."nameFirstName") >= 3 AND lower(t3."nameFirstName") = lower(source."nameFirstName")) AND (length(source."nameLastName") >= 3 AND lower(t3."nameLastName") = lower(source."nameLastName"))) OR ((length(source."linkedinLinkPrimaryLinkUrl") >= 3 AND lower(t3."linkedinLinkPrimaryLinkUrl") = lower(source."linkedinLinkPrimaryLinkUrl"))) OR ((length(source."emailsPrimaryEmail") >= 3 AND lower(t3."emailsPrimaryEmail") = lower(source."emailsPrimaryEmail")))) AND t3."deletedAt" IS NULL
ORDER BY t3."id" ASC
LIMIT 1000) t1), ','
ORDER BY source.row_number)
FROM (SELECT *
FROM jsonb_to_recordset($2::jsonb) AS r(row_number integer, own_id uuid, "nameFirstName" text, "nameLastName" text, "linkedinLinkPrimaryLinkUrl" text, "emailsPrimaryEmail" text)) source
