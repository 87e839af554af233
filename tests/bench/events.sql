-- A log of `events` events of one workspace over 30 days, given as the psql variables `workspace` and `events`: of a
-- thousandth of so many companies, of people otherwise, ten of each record. Needs the partitions of these days.
\set ON_ERROR_STOP on
set synchronous_commit = off;
select format('create table if not exists event_%s partition of event for values from (%L) to (%L)',
              to_char(day, 'YYYYMMDD'), day::date, day::date + 1)
from generate_series((now() at time zone 'utc')::date - 29, (now() at time zone 'utc')::date, interval '1 day') day \gexec
insert into event (workspace_id, number, day, object, action, record_id, record, before, updated_fields, origin,
                   happened_at, recorded_at)
select :'workspace', n, (moment at time zone 'utc')::date, case when n % 1000 = 7 then 'company' else 'person' end,
  case when n % 10 = 0 then 'created' else 'updated' end, md5((n / 10)::text)::uuid,
  image::json, case when n % 10 <> 0 then image::json end, case when n % 10 <> 0 then array['city'] end,
  '{"source": "API", "name": "Bench"}', moment, moment
from generate_series(1, :events) n,
  lateral (select date_trunc('milliseconds', now()) - interval '29 days' * (1 - n / :events::float8) as moment) moments,
  lateral (select json_build_object('id', md5((n / 10)::text)::uuid, 'city', 'City ' || n, 'text', repeat('x', 300))::text
           image) images;
insert into event_log (workspace_id, last_number) values (:'workspace', :events)
on conflict (workspace_id) do update set last_number = excluded.last_number;
vacuum analyze event;
