-- A page of jobs of any state, or of succeeded ones, the newest id first. Parameters: only succeeded ones, and as FindReady.sql; the row to go on after is id. Index: job_pkey,
-- attempt_job, scheduled_job, moved_pkey; lease is scanned once, it is small.
with held as materialized (select u.id, u.attempt, u.lane, e.id lease from /*schema*/lease e, unnest(e.job_ids, e.attempts, e.lanes) u(id, attempt, lane))
select j.id as Id, j.type as Type, l.queue as Queue, l.priority as Priority, j.max_attempts as MaxAttempts, j.created_at as EnqueuedAt,
  case t.outcome when 2 then 4 when 4 then 5 when 5 then 6 when 9 then 7 else case when e.attempt is not null then 3 when s.run_at is not null then 2 else 1 end end::smallint as State,
  coalesce(t.attempt, e.attempt, s.attempt, 0::smallint) as Attempt, case when t.outcome is null then s.run_at end as ScheduledFor,
  t.finished_at as FinishedAt, t.error as Error, 0::bigint as Seq, l.lane as Lane
from /*schema*/job j
join /*schema*/lane h on h.lane = j.lane
left join lateral (select r.outcome, r.attempt, r.finished_at, /*withheld*/r.error as error, r.lane from /*schema*/attempt r where r.job_id = j.id and r.outcome in (2, 4, 5, 9) limit 1) t on true
left join lateral (select x.run_at, x.attempt, x.lane from /*schema*/scheduled x where x.job_id = j.id limit 1) s on true
left join lateral (select h.attempt, h.lane from held h where h.id = j.id
  and not exists(select from /*schema*/attempt r where r.job_id = j.id and r.lease_id = h.lease) limit 1) e on true
left join /*schema*/moved m on m.job_id = j.id
join /*schema*/lane l on l.lane = coalesce(t.lane, e.lane, s.lane, m.lane, j.lane)
where (@id::uuid is null or j.id < @id) and (not @succeeded or t.outcome = 2)
  and (@queue::text is null or h.queue = @queue) and (@type::text is null or j.type = @type) and (@prefix::text is null or starts_with(j.type, @prefix))
  and (@since::timestamptz is null or j.created_at >= @since) and (@until::timestamptz is null or j.created_at < @until)
order by j.id desc
limit @size
