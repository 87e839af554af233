-- A CRM of `people` people in one workspace, given as the psql variables `workspace` and `people`: a company for every
-- five of them, two opportunities and two notes for five, three note targets for five. The same rows on every machine.
-- What grows with the size are the tables and nothing else: a word of a name is borne by 20 people, and a company has
-- as many people and opportunities, at every size. Ids are in the order of creation (UUIDv7), new records come first.
\set ON_ERROR_STOP on
select :people / 5 companies, :people * 2 / 5 opportunities, :people * 2 / 5 notes, :people * 3 / 5 targets \gset
set synchronous_commit = off;
set session_replication_role = replica; -- the keys refer to rows that are there
set maintenance_work_mem = '512MB';
begin;

create function pg_temp.at(n bigint, of bigint) returns timestamptz language sql immutable as
$$ select timestamptz '2020-01-01' + n * (interval '2000 days' / of) $$;
create function pg_temp.key(kind text, n bigint, of bigint) returns uuid language sql immutable as
$$ select (lpad(to_hex((extract(epoch from timestamptz '2020-01-01' + n * (interval '2000 days' / of)) * 1000)::bigint), 12, '0')
     || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid from md5(kind || n) hash $$;
-- A cheap hash of n into [0, m): spreads without random().
create function pg_temp.pick(n bigint, salt int, m bigint) returns bigint language sql immutable as
$$ select (hashint8extended(n, salt) & 9223372036854775807) % m $$;
-- A word of eight letters for a number below 6,250,000. None is the beginning of another.
create function pg_temp.word(n bigint) returns text language sql immutable as
$$ select string_agg(substr('bcdfgklmnr', 1 + digit % 10, 1) || substr('aeiou', 1 + digit / 10, 1), '')
   from (select (n / place % 50)::int digit from unnest(array[1, 50, 2500, 125000]) place) digits $$;

-- Indexes are built when the rows are there.
create temp table set_aside as
select indexname, indexdef from pg_indexes
where schemaname = 'public' and tablename in ('company', 'person', 'opportunity', 'note', 'noteTarget')
  and indexname not like 'pk\_%';
select format('drop index %I', indexname) from set_aside \gexec

insert into company (workspace_id, id, name, "domainNamePrimaryLinkUrl", domain_name_primary_link_url_key, employees, "addressAddressCity", position, "createdAt", "updatedAt")
select :'workspace', pg_temp.key('company', n, :companies), initcap(pg_temp.word(n / 20)) || ' ' || initcap(pg_temp.word(pg_temp.pick(n, 1, :companies / 20))),
  'https://company' || n || '.example.com', 'company' || n || '.example.com', 1 + pg_temp.pick(n, 2, 5000), 'City ' || pg_temp.pick(n, 3, 100), -n,
  pg_temp.at(n, :companies), pg_temp.at(n, :companies)
from generate_series(1, :companies) n;

-- One of a hundred is deleted.
insert into person (workspace_id, id, "nameFirstName", "nameLastName", "emailsPrimaryEmail", emails_primary_email_key, "phonesPrimaryPhoneNumber", phones_primary_phone_number_key, "jobTitle", city, position, "companyId", "createdAt", "updatedAt", "deletedAt")
select :'workspace', pg_temp.key('person', n, :people), initcap(pg_temp.word(pg_temp.pick(n, 4, :people / 20))), initcap(pg_temp.word(n % (:people / 20))),
  'person' || n || '@company' || 1 + n % :companies || '.example.com', 'person' || n || '@company' || 1 + n % :companies || '.example.com',
  '555' || lpad(n::text, 7, '0'), '555' || lpad(n::text, 7, '0'),
  (array['Software Engineer','Head of Sales','Account Executive','CTO','CEO','Data Engineer','Product Manager','Recruiter','Support Lead','Designer'])[1 + pg_temp.pick(n, 5, 10)],
  'City ' || pg_temp.pick(n, 6, 100), -n, pg_temp.key('company', 1 + n % :companies, :companies), pg_temp.at(n, :people), pg_temp.at(n, :people),
  case when pg_temp.pick(n, 7, 100) = 0 then timestamptz '2025-07-01' end
from generate_series(1, :people) n;

insert into opportunity (workspace_id, id, name, "amountAmountMicros", "amountCurrencyCode", "closeDate", stage, position, "companyId", "pointOfContactId", "createdAt", "updatedAt")
select :'workspace', pg_temp.key('opportunity', n, :opportunities), 'Opportunity ' || n, pg_temp.pick(n, 8, 500000) * 1000000, 'USD',
  timestamptz '2026-01-01' + pg_temp.pick(n, 9, 365) * interval '1 day',
  (array['NEW','SCREENING','MEETING','PROPOSAL','CUSTOMER'])[1 + pg_temp.pick(n, 10, 5)]::"OpportunityStageEnum", -n,
  pg_temp.key('company', 1 + person % :companies, :companies), pg_temp.key('person', person, :people), pg_temp.at(n, :opportunities), pg_temp.at(n, :opportunities)
from (select n, 1 + pg_temp.pick(n, 11, :people) person from generate_series(1, :opportunities) n) s;

insert into note (workspace_id, id, title, "bodyV2Markdown", position, "createdAt", "updatedAt")
select :'workspace', pg_temp.key('note', n, :notes), 'Note ' || n, 'What was said about ' || pg_temp.word(pg_temp.pick(n, 12, :notes / 20)) || '. ' || repeat('A line of text. ', 12),
  -n, pg_temp.at(n, :notes), pg_temp.at(n, :notes)
from generate_series(1, :notes) n;

insert into "noteTarget" (workspace_id, id, "noteId", "personId", "companyId", "opportunityId", "createdAt", "updatedAt")
select :'workspace', pg_temp.key('noteTarget', n, :targets), pg_temp.key('note', 1 + n % :notes, :notes),
  case when n % 3 = 0 then pg_temp.key('person', 1 + pg_temp.pick(n, 13, :people), :people) end,
  case when n % 3 = 1 then pg_temp.key('company', 1 + pg_temp.pick(n, 14, :companies), :companies) end,
  case when n % 3 = 2 then pg_temp.key('opportunity', 1 + pg_temp.pick(n, 15, :opportunities), :opportunities) end,
  pg_temp.at(n, :targets), pg_temp.at(n, :targets)
from generate_series(1, :targets) n;

select indexdef from set_aside \gexec
commit;
vacuum (analyze) company, person, opportunity, note, "noteTarget";
checkpoint;
