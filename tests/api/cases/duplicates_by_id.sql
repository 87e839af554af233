SELECT string_agg((SELECT '{"edges":[' || coalesce(string_agg('{"node":{"name":' || to_json(t1."name")::text || '}}', ','), '') || ']}'
FROM (SELECT t2."name", t2."id"
FROM "company" t2
WHERE t2.workspace_id = $1 AND t2.id IS DISTINCT
FROM source.own_id AND (((length(source."name") >= 3 AND lower(t2."name") = lower(source."name"))) OR ((length(source."domain_name_primary_link_url_key") >= 3 AND lower(t2."domain_name_primary_link_url_key") = lower(source."domain_name_primary_link_url_key")))) AND t2."deletedAt" IS NULL
ORDER BY t2."id" ASC
LIMIT 1000) t1), ','
ORDER BY source.row_number)
FROM (SELECT listed.n AS row_number, s.id AS own_id, s."name", s."domain_name_primary_link_url_key"
FROM unnest((SELECT $2::uuid[])::uuid[]) WITH ORDINALITY AS listed(id, n)
LEFT
JOIN "company" s ON s.workspace_id = $1 AND s.id = listed.id AND s."deletedAt" IS NULL) source
