SELECT string_agg((SELECT '{"totalCount":' || CASE WHEN count(*) < 1000 THEN count(*)::text ELSE (SELECT count(*)::text
FROM "person" counted
WHERE counted.workspace_id = $1 AND counted.id IS DISTINCT
FROM source.own_id AND (((length(source."nameFirstName") >= 3 AND lower(counted."nameFirstName") = lower(source."nameFirstName")) AND (length(source."nameLastName") >= 3 AND lower(counted."nameLastName") = lower(source."nameLastName"))) OR ((length(source."linkedin_link_primary_link_url_key") >= 3 AND lower(counted."linkedin_link_primary_link_url_key") = lower(source."linkedin_link_primary_link_url_key"))) OR ((length(source."emails_primary_email_key") >= 3 AND lower(counted."emails_primary_email_key") = lower(source."emails_primary_email_key")))) AND counted."deletedAt" IS NULL) END || ',"edges":[' || coalesce(string_agg('{"node":{"name":{"firstName":' || to_json(t1."nameFirstName")::text || '},"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}}', ','), '') || ']}'
FROM (SELECT t3."nameFirstName", t3."id", t3."companyId"
FROM "person" t3
WHERE t3.workspace_id = $1 AND t3.id IS DISTINCT
FROM source.own_id AND (((length(source."nameFirstName") >= 3 AND lower(t3."nameFirstName") = lower(source."nameFirstName")) AND (length(source."nameLastName") >= 3 AND lower(t3."nameLastName") = lower(source."nameLastName"))) OR ((length(source."linkedin_link_primary_link_url_key") >= 3 AND lower(t3."linkedin_link_primary_link_url_key") = lower(source."linkedin_link_primary_link_url_key"))) OR ((length(source."emails_primary_email_key") >= 3 AND lower(t3."emails_primary_email_key") = lower(source."emails_primary_email_key")))) AND t3."deletedAt" IS NULL
ORDER BY t3."id" ASC
LIMIT 1000) t1), ','
ORDER BY source.row_number)
FROM (SELECT *
FROM jsonb_to_recordset($2::jsonb) AS r(row_number integer, own_id uuid, "nameFirstName" text, "nameLastName" text, "linkedin_link_primary_link_url_key" text, "emails_primary_email_key" text)) source
