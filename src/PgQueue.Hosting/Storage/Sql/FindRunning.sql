-- A page of jobs that workers hold, by id. Parameters: as FindReady.sql; the row to go on after is id. Index: job_pkey, attempt_job; lease is scanned, it is small.
select j.id as Id, j.type as Type, l.queue as Queue, l.priority as Priority, j.max_attempts as MaxAttempts, j.created_at as EnqueuedAt,
  3::smallint as State, u.attempt as Attempt, null::timestamptz as ScheduledFor, null::timestamptz as FinishedAt, null::text as Error, 0::bigint as Seq, l.lane as Lane
from /*schema*/lease e
cross join lateral unnest(e.job_ids, e.attempts, e.lanes) u(id, attempt, lane)
join /*schema*/job j on j.id = u.id
join /*schema*/lane l on l.lane = u.lane
where (@id::uuid is null or j.id > @id) and (select true from /*schema*/attempt r where r.job_id = u.id and r.lease_id = e.id limit 1) is null
  and (@queue::text is null or l.queue = @queue) and (@type::text is null or j.type = @type) and (@prefix::text is null or starts_with(j.type, @prefix))
  and (@since::timestamptz is null or j.created_at >= @since) and (@until::timestamptz is null or j.created_at < @until)
order by j.id
limit @size
