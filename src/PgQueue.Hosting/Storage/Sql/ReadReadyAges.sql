-- How long the oldest ready job of each queue has waited, and whether a live worker works on the queue, and whether it is paused. Parameter: the longest delay of a retry, in
-- seconds. Index: ready_claim, job_pkey, attempt_job; ten rows a lane. A job that was tried before does not say since when it is ready again: the end
-- of its last attempt and the longest delay bound it.
select l.queue as Queue, max(f.seconds)::float8 as Seconds,
  exists(select from /*schema*/worker w where l.queue = any(w.queues) and w.expires_at > clock_timestamp()) as HasWorker,
  exists(select from /*schema*/pause p where p.kind = 1 and p.name = l.queue) as IsPaused
from /*schema*/lane l
cross join lateral (
  select r.job_id from /*schema*/ready r where r.lane = l.lane and r.seq > l.safe_seq order by r.seq limit 10) r
cross join lateral (select greatest(j.created_at, j.due) as since from /*schema*/job j where j.id = r.job_id limit 1) j
cross join lateral (select max(a.finished_at) + make_interval(secs => @delay) as again from /*schema*/attempt a where a.job_id = r.job_id) a
cross join lateral (
  select extract(epoch from clock_timestamp() - greatest(least(coalesce(a.again, j.since), clock_timestamp()), '2000-01-01')) as seconds) f
group by l.queue
