WITH target AS MATERIALIZED (SELECT t.id
FROM "messageThread" t
WHERE t.workspace_id = $1 AND t."id" = $3::uuid
ORDER BY t.id
LIMIT $2::bigint + 1
FOR NO KEY UPDATE OF t),
"doomed_messageThread" AS MATERIALIZED (SELECT id
FROM target
WHERE (SELECT count(*)
FROM target) <= $2::bigint),
"doomed_message" AS MATERIALIZED (SELECT t.id
FROM "message" t
WHERE t.workspace_id = $1 AND (t."messageThreadId" = ANY(ARRAY(SELECT id
FROM "doomed_messageThread")))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"doomed_messageChannelMessageAssociation" AS MATERIALIZED (SELECT t.id
FROM "messageChannelMessageAssociation" t
WHERE t.workspace_id = $1 AND (t."messageId" = ANY(ARRAY(SELECT id
FROM "doomed_message")))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
"doomed_messageParticipant" AS MATERIALIZED (SELECT t.id
FROM "messageParticipant" t
WHERE t.workspace_id = $1 AND (t."messageId" = ANY(ARRAY(SELECT id
FROM "doomed_message")))
ORDER BY t.id
FOR NO KEY UPDATE OF t),
answered AS MATERIALIZED (SELECT (SELECT count(*)
FROM target), string_agg('{"id":"' || t1."id"::text || '","messages":' || (SELECT '{"totalCount":' || (SELECT count(*)::text
FROM "message" counted
WHERE counted.workspace_id = $1 AND counted."messageThreadId" = t1.id AND counted."deletedAt" IS NULL) || '}') || '}', ','
ORDER BY t1.id)
FROM "messageThread" t1
WHERE t1.workspace_id = $1 AND t1.id = ANY(ARRAY(SELECT id
FROM "doomed_messageThread"))),
"claimed_messageChannelMessageAssociation" AS MATERIALIZED (SELECT t.id
FROM "messageChannelMessageAssociation" t
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "doomed_messageChannelMessageAssociation"))
FOR UPDATE NOWAIT),
"destroyed_messageChannelMessageAssociation" AS (DELETE
FROM "messageChannelMessageAssociation" t
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "claimed_messageChannelMessageAssociation"))
RETURNING t."messageExternalId", t."messageThreadExternalId", t."direction", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."messageChannelId", t."messageId"),
"claimed_messageParticipant" AS MATERIALIZED (SELECT t.id
FROM "messageParticipant" t
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "doomed_messageParticipant"))
FOR UPDATE NOWAIT),
"destroyed_messageParticipant" AS (DELETE
FROM "messageParticipant" t
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "claimed_messageParticipant"))
RETURNING t."role", t."handle", t."displayName", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."messageId", t."personId", t."workspaceMemberId"),
"claimed_message" AS MATERIALIZED (SELECT t.id
FROM "message" t
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "doomed_message"))
FOR UPDATE NOWAIT),
"destroyed_message" AS (DELETE
FROM "message" t
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "claimed_message"))
RETURNING t."headerMessageId", t."subject", t."text", t."receivedAt", t."id", t."createdAt", t."updatedAt", t."deletedAt", t."messageThreadId"),
"claimed_messageThread" AS MATERIALIZED (SELECT t.id
FROM "messageThread" t
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "doomed_messageThread"))
FOR UPDATE NOWAIT),
"destroyed_messageThread" AS (DELETE
FROM "messageThread" t
WHERE t.workspace_id = $1 AND t.id = ANY(ARRAY(SELECT id
FROM "claimed_messageThread"))
RETURNING t."id", t."createdAt", t."updatedAt", t."deletedAt"),
told AS (INSERT INTO event_outbox AS new (workspace_id, object, action, record_id, before, after, secrets_changed, origin) SELECT anchor.id, happened.*, $4::json
FROM workspace anchor, (SELECT 'messageChannelMessageAssociation', 'destroyed', a.id, row_to_json(a), NULL::json, NULL::text[]
FROM "destroyed_messageChannelMessageAssociation" a
UNION ALL SELECT 'messageParticipant', 'destroyed', a.id, row_to_json(a), NULL::json, NULL::text[]
FROM "destroyed_messageParticipant" a
UNION ALL SELECT 'message', 'destroyed', a.id, row_to_json(a), NULL::json, NULL::text[]
FROM "destroyed_message" a
UNION ALL SELECT 'messageThread', 'destroyed', a.id, row_to_json(a), NULL::json, NULL::text[]
FROM "destroyed_messageThread" a) happened
WHERE anchor.id = $1
RETURNING new.record_id) SELECT *
FROM answered
