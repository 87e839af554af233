SELECT count(*), jsonb_agg(jsonb_build_object('id', t.id, 'domainNamePrimaryLinkLabel', t."domainNamePrimaryLinkLabel", 'domainNamePrimaryLinkUrl', t."domainNamePrimaryLinkUrl", 'domainNameSecondaryLinks', t."domainNameSecondaryLinks", 'linkedinLinkPrimaryLinkLabel', t."linkedinLinkPrimaryLinkLabel", 'linkedinLinkPrimaryLinkUrl', t."linkedinLinkPrimaryLinkUrl", 'linkedinLinkSecondaryLinks', t."linkedinLinkSecondaryLinks", 'xLinkPrimaryLinkLabel', t."xLinkPrimaryLinkLabel", 'xLinkPrimaryLinkUrl', t."xLinkPrimaryLinkUrl", 'xLinkSecondaryLinks', t."xLinkSecondaryLinks")
ORDER BY array_position($2::uuid[], t.id))::text
FROM "company" t
WHERE t.workspace_id = $1 AND t.id = ANY($2::uuid[]) AND t."deletedAt" IS NULL

WITH sources AS MATERIALIZED (SELECT t.*, listed.source_place
FROM unnest($2::uuid[]) WITH ORDINALITY AS listed(id, source_place)
JOIN "company" t ON t.id = listed.id
WHERE t.workspace_id = $1 AND t."deletedAt" IS NULL),
merged AS (SELECT (SELECT s."name"
FROM sources s
ORDER BY coalesce(s."name" = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "name", (SELECT s."employees"
FROM sources s
ORDER BY (s."employees" IS NULL), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "employees", (SELECT s."annualRecurringRevenueAmountMicros"
FROM sources s
ORDER BY coalesce(concat(s."annualRecurringRevenueAmountMicros", s."annualRecurringRevenueCurrencyCode") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "annualRecurringRevenueAmountMicros", (SELECT s."annualRecurringRevenueCurrencyCode"
FROM sources s
ORDER BY coalesce(concat(s."annualRecurringRevenueAmountMicros", s."annualRecurringRevenueCurrencyCode") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "annualRecurringRevenueCurrencyCode", (SELECT s."addressAddressStreet1"
FROM sources s
ORDER BY coalesce(concat(s."addressAddressStreet1", s."addressAddressStreet2", s."addressAddressCity", s."addressAddressPostcode", s."addressAddressState", s."addressAddressCountry", s."addressAddressLat", s."addressAddressLng") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "addressAddressStreet1", (SELECT s."addressAddressStreet2"
FROM sources s
ORDER BY coalesce(concat(s."addressAddressStreet1", s."addressAddressStreet2", s."addressAddressCity", s."addressAddressPostcode", s."addressAddressState", s."addressAddressCountry", s."addressAddressLat", s."addressAddressLng") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "addressAddressStreet2", (SELECT s."addressAddressCity"
FROM sources s
ORDER BY coalesce(concat(s."addressAddressStreet1", s."addressAddressStreet2", s."addressAddressCity", s."addressAddressPostcode", s."addressAddressState", s."addressAddressCountry", s."addressAddressLat", s."addressAddressLng") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "addressAddressCity", (SELECT s."addressAddressPostcode"
FROM sources s
ORDER BY coalesce(concat(s."addressAddressStreet1", s."addressAddressStreet2", s."addressAddressCity", s."addressAddressPostcode", s."addressAddressState", s."addressAddressCountry", s."addressAddressLat", s."addressAddressLng") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "addressAddressPostcode", (SELECT s."addressAddressState"
FROM sources s
ORDER BY coalesce(concat(s."addressAddressStreet1", s."addressAddressStreet2", s."addressAddressCity", s."addressAddressPostcode", s."addressAddressState", s."addressAddressCountry", s."addressAddressLat", s."addressAddressLng") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "addressAddressState", (SELECT s."addressAddressCountry"
FROM sources s
ORDER BY coalesce(concat(s."addressAddressStreet1", s."addressAddressStreet2", s."addressAddressCity", s."addressAddressPostcode", s."addressAddressState", s."addressAddressCountry", s."addressAddressLat", s."addressAddressLng") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "addressAddressCountry", (SELECT s."addressAddressLat"
FROM sources s
ORDER BY coalesce(concat(s."addressAddressStreet1", s."addressAddressStreet2", s."addressAddressCity", s."addressAddressPostcode", s."addressAddressState", s."addressAddressCountry", s."addressAddressLat", s."addressAddressLng") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "addressAddressLat", (SELECT s."addressAddressLng"
FROM sources s
ORDER BY coalesce(concat(s."addressAddressStreet1", s."addressAddressStreet2", s."addressAddressCity", s."addressAddressPostcode", s."addressAddressState", s."addressAddressCountry", s."addressAddressLat", s."addressAddressLng") = '', TRUE), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "addressAddressLng", (SELECT s."idealCustomerProfile"
FROM sources s
ORDER BY (s."idealCustomerProfile" IS NULL), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "idealCustomerProfile", (SELECT s."accountOwnerId"
FROM sources s
ORDER BY (s."accountOwnerId" IS NULL), s.id = $3::uuid DESC, s.source_place
LIMIT 1) AS "accountOwnerId"),
preview AS (SELECT merged."name" AS "name", merged."employees" AS "employees", $4::uuid AS "id"
FROM "company" t, merged
WHERE t.workspace_id = $1 AND t.id = $3::uuid) SELECT (SELECT count(*)
FROM sources), (SELECT '{"name":' || to_json(t1."name")::text || ',"employees":' || coalesce(t1."employees"::text, 'null') || ',"people":' || (SELECT '{"totalCount":' || (SELECT count(*)::text
FROM "person" counted
WHERE counted.workspace_id = $1 AND counted."companyId" = t1.id AND counted."deletedAt" IS NULL) || '}') || '}'
FROM preview t1)
