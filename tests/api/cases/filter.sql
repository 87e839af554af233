SELECT '[' || coalesce(string_agg('{"node":{"city":' || to_json(t1."city")::text || '}}', ','), '') || ']'
FROM (SELECT t2."city", t2."id"
FROM "person" t2
WHERE t2.workspace_id = $1 AND ((t2."position" >= $2::float8 AND t2."position" < $3::float8) AND t2."createdBySource" = $4::text::"ActorSourceEnum" AND t2."createdAt" > $5::text::timestamptz AND ((starts_with(t2."nameFirstName", $6::text) AND t2."nameFirstName" LIKE $7::text) OR (t2."emails_primary_email_key" = ANY((SELECT $8::text[])::text[]) AND t2."emails_primary_email_key" <> '') OR NOT (t2."city" IS NOT NULL))) AND t2."deletedAt" IS NULL
ORDER BY t2."id" ASC
LIMIT 60) t1
