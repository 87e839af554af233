SELECT CASE WHEN count(*) < 3 THEN count(*)::text ELSE (SELECT count(*)::text
FROM "person" counted
WHERE counted.workspace_id = $1 AND counted."deletedAt" IS NULL) END, '[' || coalesce(string_agg('{"cursor":"' || translate(encode(convert_to('{"city":' || to_json(t1."city")::text || ',"id":"' || t1."id"::text || '"}', 'UTF8'), 'base64'), E'+/=\n', '-_') || '","node":{"id":"' || t1."id"::text || '","name":{"firstName":' || to_json(t1."nameFirstName")::text || '},"company":' || coalesce((SELECT '{"name":' || to_json(t2."name")::text || '}'
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id = t1."companyId" AND t2."deletedAt" IS NULL), 'null') || '}}', ',') FILTER (WHERE t1.row_number <= 2), '') || ']', '{"hasNextPage":' || (count(*) > 2)::text || ',"hasPreviousPage":' || 'false' || ',"startCursor":' || coalesce('"' || max(translate(encode(convert_to('{"city":' || to_json(t1."city")::text || ',"id":"' || t1."id"::text || '"}', 'UTF8'), 'base64'), E'+/=\n', '-_')) FILTER (WHERE t1.row_number = 1 AND 2 > 0) || '"', 'null') || ',"endCursor":' || coalesce('"' || max(translate(encode(convert_to('{"city":' || to_json(t1."city")::text || ',"id":"' || t1."id"::text || '"}', 'UTF8'), 'base64'), E'+/=\n', '-_')) FILTER (WHERE t1.row_number = least(t1.row_count, 2)) || '"', 'null') || '}'
FROM (SELECT t4.*, row_number() OVER () AS row_number, count(*) OVER () AS row_count
FROM (SELECT t3."nameFirstName", t3."city", t3."id", t3."companyId"
FROM "person" t3
WHERE t3.workspace_id = $1 AND t3."deletedAt" IS NULL
ORDER BY lower(t3."city") COLLATE "C" ASC, t3."id" ASC
LIMIT 3) t4) t1
