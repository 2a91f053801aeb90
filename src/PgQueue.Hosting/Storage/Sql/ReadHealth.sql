-- What a health check asks of a queue, in one row. Parameter: this process's worker, or null. No count grows with the queue. Index: counter_bucket,
-- scheduled_deferred, job_pkey. The first hundred deferred jobs by id, which are the oldest, stand for all; those of paused types wait for no handler.
select clock_timestamp() as Now, pg_is_in_recovery() as IsStandby, current_setting('transaction_read_only') = 'on' as IsReadOnly,
  exists(select from /*schema*/worker w where w.id = @worker and w.expires_at > clock_timestamp()) as IsRegistered,
  (select count(*)::int from /*schema*/worker w where w.expires_at > clock_timestamp()) as Workers,
  (select coalesce(sum(c.n), 0)::bigint from /*schema*/counter c
    where c.grain in (0, 1, 2) and c.bucket >= date_trunc('minute', clock_timestamp()) - interval '1 hour' and c.outcome = 4) as FailedLastHour,
  pg_stat_get_dead_tuples('/*schema*/ready'::regclass) as DeadRows, current_setting('autovacuum') = 'on' as IsVacuumed,
  (select count(*)::int from pg_stat_activity a where a.query = '<insufficient privilege>' and a.usesysid is not null and a.datid is not null) as HiddenSessions,
  d.jobs as DeferredJobs, d.types as DeferredTypes, d.seconds as DeferredSeconds
from (
  select count(*)::int as jobs, coalesce(array_agg(distinct left(j.type, 128)), '{}') as types, max(j.seconds)::float8 as seconds
  from (select s.job_id from /*schema*/scheduled s where s.deferred order by s.job_id limit 100) f
  cross join lateral (
    select x.type, extract(epoch from clock_timestamp() - greatest(least(greatest(x.created_at, x.due), clock_timestamp()), '2000-01-01')) as seconds
    from /*schema*/job x where x.id = f.job_id and not exists(select from /*schema*/pause p where p.kind = 2 and p.resumed_at is null
      and (p.name = x.type or right(p.name, 1) = '*' and starts_with(x.type, left(p.name, -1)))) limit 1) j) d
