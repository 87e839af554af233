SELECT (SELECT '{"__typename":"Person","id":"' || t1."id"::text || '","emails":{"primaryEmail":' || to_json(t1."emailsPrimaryEmail")::text || ',"additionalEmails":' || coalesce(t1."emailsAdditionalEmails"::text, 'null') || '},"company":' || coalesce((SELECT '{"id":"' || t2."id"::text || '","people":' || (SELECT '{"totalCount":' || (SELECT count(*)::text
FROM "person" counted
WHERE counted.workspace_id = $1 AND counted."companyId" = t2.id AND counted."deletedAt" IS NULL) || '}') || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}'
FROM "person" t1
WHERE t1.workspace_id = $1 AND t1."id" = $2::uuid AND t1."deletedAt" IS NULL
ORDER BY t1.id
LIMIT 1)
