-- Workers, those that died and are not rescued yet included, each with up to a hundred of the jobs it holds, longest held first. No parameters, no locks.
-- Index: attempt_job, job_pkey; lease is scanned, it is small.
with u as materialized (
  select e.worker, e.claimed_at, x.id, x.attempt, x.lane, count(*) over (partition by e.worker) as jobs,
    row_number() over (partition by e.worker order by e.claimed_at, e.id, x.place) as place
  from /*schema*/lease e
  cross join lateral unnest(e.job_ids, e.attempts, e.lanes) with ordinality x(id, attempt, lane, place)
  where (select true from /*schema*/attempt r where r.job_id = x.id and r.lease_id = e.id and r.finished_at >= e.claimed_at - interval '1 day' limit 1) is null)
select w.id as Worker, w.host as Host, w.pid as ProcessId, w.version as Version, w.queues as Queues, w.routes as Routes, w.started_at as StartedAt,
  w.expires_at as LeaseUntil, w.expires_at > clock_timestamp() as IsAlive, coalesce(u.jobs, 0)::int as Jobs, u.id as Job, u.attempt as Attempt,
  u.claimed_at as ClaimedAt, l.queue as Queue, (select j.type from /*schema*/job j where j.id = u.id limit 1) as Type
from /*schema*/worker w
left join u on u.worker = w.id and u.place <= 100
left join /*schema*/lane l on l.lane = u.lane
order by w.started_at, w.id, u.place
