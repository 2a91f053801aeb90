-- How many jobs wait in each queue and since when, with what ails the database, in one snapshot; for the gauges. No parameters, no locks.
-- Counts are scans of ready and scheduled; the oldest of a lane is found by ready_claim. The 100 fullest queues at most.
select l.queue as Queue,
  sum(coalesce(r.n, 0))::bigint as Ready,
  sum(coalesce(s.n, 0))::bigint as Scheduled,
  extract(epoch from clock_timestamp() - min(f.since))::float8 as OldestSeconds,
  (select coalesce(pg_stat_get_dead_tuples('/*schema*/ready'::regclass), 0)) as DeadRows,
  (select extract(epoch from clock_timestamp() - min(a.xact_start))::float8
    from pg_stat_activity a
    where (a.backend_xmin is not null or a.backend_xid is not null)
      and a.pid <> pg_backend_pid() and a.backend_type is distinct from 'autovacuum worker') as OldestTransactionSeconds
from /*schema*/lane l
left join (select w.lane, count(*) as n from /*schema*/ready w group by w.lane) r on r.lane = l.lane
left join (select w.lane, count(*) as n from /*schema*/scheduled w group by w.lane) s on s.lane = l.lane
left join lateral (
  select greatest(j.created_at, j.due) as since
  from (select w.job_id from /*schema*/ready w where w.lane = l.lane and w.seq > l.safe_seq order by w.seq limit 1) o
  join /*schema*/job j on j.id = o.job_id) f on true
group by l.queue
order by Ready desc, Queue
limit 100
