-- Benchmark data for one workspace, given as the psql variable `workspace`: 10k companies, 50k people,
-- 20k opportunities, 20k notes, 30k note targets, 25k threads, 100k messages, 200k participants.
-- Deterministic: ids are derived from md5, and the same rows come out on every machine.
\set ON_ERROR_STOP on
set synchronous_commit = off;
begin;

create function bench_uuid(kind text, n bigint) returns uuid language sql immutable strict parallel safe as
$$ select overlay(overlay(md5(kind || ':' || n) placing '4' from 13 for 1) placing '8' from 17 for 1)::uuid $$;
-- A cheap hash of n into [0, m): spreads attributes without random().
create function bench_h(n bigint, salt int, m int) returns int language sql immutable strict parallel safe as
$$ select ((hashint8extended(n, salt) & 9223372036854775807) % m)::int $$;

insert into company (workspace_id, id, name, "domainNamePrimaryLinkUrl", domain_name_primary_link_url_key, employees, "addressAddressCity", "addressAddressCountry",
    "annualRecurringRevenueAmountMicros", "annualRecurringRevenueCurrencyCode", "idealCustomerProfile", position, "createdAt", "updatedAt")
select :'workspace', bench_uuid('company', n), 'Company ' || lpad(n::text, 5, '0'), 'https://company' || n || '.example.com', 'company' || n || '.example.com',
  1 + bench_h(n, 1, 5000), 'City ' || bench_h(n, 2, 100), (array['US','FR','DE','GB','IN','BR','JP','CA'])[1 + bench_h(n, 3, 8)],
  bench_h(n, 4, 100000) * 1000000::bigint, 'USD', bench_h(n, 5, 4) = 0, n,
  timestamptz '2024-01-01' + n * interval '47 minutes', timestamptz '2024-01-01' + n * interval '47 minutes'
from generate_series(1, 10000) n;

-- Half the people go evenly over all companies (2-3 each), half over the first 2500 (10 more each): "first 10" binds for a quarter.
insert into person (workspace_id, id, "nameFirstName", "nameLastName", "emailsPrimaryEmail", emails_primary_email_key, "phonesPrimaryPhoneNumber", phones_primary_phone_number_key, "jobTitle", city, position, "companyId", "createdAt", "updatedAt", "deletedAt")
select :'workspace', bench_uuid('person', n), 'First' || bench_h(n, 6, 2000), 'Last' || bench_h(n, 7, 5000), 'person' || n || '@company' || c || '.example.com',
  'person' || n || '@company' || c || '.example.com', '555' || lpad(n::text, 7, '0'), '555' || lpad(n::text, 7, '0'),
  (array['Software Engineer','Head of Sales','Account Executive','CTO','CEO','Data Engineer','Product Manager','Recruiter','Support Lead','Designer'])[1 + bench_h(n, 8, 10)],
  'City ' || bench_h(n, 9, 100), n, bench_uuid('company', c),
  timestamptz '2024-01-01' + n * interval '11 minutes', timestamptz '2024-01-01' + n * interval '11 minutes',
  case when bench_h(n, 10, 100) = 0 then timestamptz '2025-06-01' end
from (select n, case when n % 2 = 0 then 1 + (n / 2) % 10000 else 1 + (n / 2) % 2500 end c from generate_series(1, 50000) n) s;

-- Each opportunity belongs to its contact's company.
insert into opportunity (workspace_id, id, name, "amountAmountMicros", "amountCurrencyCode", "closeDate", stage, position, "companyId", "pointOfContactId", "createdAt", "updatedAt", "deletedAt")
select :'workspace', bench_uuid('opportunity', n), 'Opportunity ' || lpad(n::text, 5, '0'), bench_h(n, 11, 500000) * 1000000::bigint, 'USD',
  timestamptz '2026-01-01' + bench_h(n, 12, 365) * interval '1 day',
  ((array['NEW','SCREENING','MEETING','PROPOSAL','CUSTOMER'])[1 + bench_h(n, 13, 5)])::"OpportunityStageEnum", n, p."companyId", p.id,
  timestamptz '2024-01-01' + n * interval '23 minutes', timestamptz '2024-01-01' + n * interval '23 minutes',
  case when bench_h(n, 14, 100) = 0 then timestamptz '2025-06-01' end
from generate_series(1, 20000) n join person p on p.workspace_id = :'workspace' and p.id = bench_uuid('person', 1 + bench_h(n, 15, 50000));

insert into note (workspace_id, id, title, "bodyV2Markdown", position, "createdAt", "updatedAt")
select :'workspace', bench_uuid('note', n), 'Note ' || n, repeat('Note body line ' || n || '. ', 12), n,
  timestamptz '2024-01-01' + n * interval '20 minutes', timestamptz '2024-01-01' + n * interval '20 minutes'
from generate_series(1, 20000) n;

insert into "noteTarget" (workspace_id, id, "noteId", "personId", "companyId", "opportunityId", "createdAt", "updatedAt")
select :'workspace', bench_uuid('noteTarget', n), bench_uuid('note', 1 + (n - 1) % 20000),
  case when n % 3 = 0 then bench_uuid('person', 1 + bench_h(n, 16, 50000)) end,
  case when n % 3 = 1 then bench_uuid('company', 1 + bench_h(n, 17, 10000)) end,
  case when n % 3 = 2 then bench_uuid('opportunity', 1 + bench_h(n, 18, 20000)) end,
  timestamptz '2024-01-01' + n * interval '15 minutes', timestamptz '2024-01-01' + n * interval '15 minutes'
from generate_series(1, 30000) n;

insert into "messageThread" (workspace_id, id, "createdAt", "updatedAt")
select :'workspace', bench_uuid('messageThread', n), timestamptz '2024-01-01' + n * interval '18 minutes', timestamptz '2024-01-01' + n * interval '18 minutes'
from generate_series(1, 25000) n;

insert into message (workspace_id, id, "headerMessageId", subject, text, "receivedAt", "messageThreadId", "createdAt", "updatedAt")
select :'workspace', bench_uuid('message', n), '<' || n || '@example.com>', 'Re: Thread ' || t, repeat('Message text ' || n || '. ', 20),
  timestamptz '2024-01-01' + n * interval '5 minutes', bench_uuid('messageThread', t),
  timestamptz '2024-01-01' + n * interval '5 minutes', timestamptz '2024-01-01' + n * interval '5 minutes'
from (select n, 1 + (n - 1) % 25000 t from generate_series(1, 100000) n) s;

insert into "messageParticipant" (workspace_id, id, role, handle, "displayName", "messageId", "personId", "createdAt", "updatedAt")
select :'workspace', bench_uuid('messageParticipant', n), (case when n % 2 = 0 then 'from' else 'to' end)::"MessageParticipantRoleEnum", 'person' || p || '@example.com', 'Person ' || p,
  bench_uuid('message', 1 + (n - 1) / 2), bench_uuid('person', p),
  timestamptz '2024-01-01' + n * interval '2 minutes', timestamptz '2024-01-01' + n * interval '2 minutes'
from (select n, 1 + bench_h(n, 19, 50000) p from generate_series(1, 200000) n) s;

-- What an operator adds for the fourth workload.
create index on person (workspace_id, city, "createdAt");

drop function bench_h(bigint, int, int);
drop function bench_uuid(text, bigint);
commit;
vacuum (analyze) company, person, opportunity, note, "noteTarget", "messageThread", message, "messageParticipant";
