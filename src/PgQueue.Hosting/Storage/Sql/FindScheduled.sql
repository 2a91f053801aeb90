-- A page of scheduled jobs, the next due first. Parameters: as FindReady.sql; the row to go on after is (at, id). Index: scheduled_due, job_pkey.
select j.id as Id, j.type as Type, l.queue as Queue, l.priority as Priority, j.max_attempts as MaxAttempts, j.created_at as EnqueuedAt,
  2::smallint as State, s.attempt as Attempt, s.run_at as ScheduledFor, null::timestamptz as FinishedAt, null::text as Error, 0::bigint as Seq, l.lane as Lane
from /*schema*/scheduled s
join /*schema*/job j on j.id = s.job_id
join /*schema*/lane l on l.lane = s.lane
where (@at::timestamptz is null or s.run_at >= @at and (s.run_at, s.job_id) > (@at, @id))
  and (@queue::text is null or l.queue = @queue) and (@type::text is null or j.type = @type) and (@prefix::text is null or starts_with(j.type, @prefix))
  and (@since::timestamptz is null or j.created_at >= @since) and (@until::timestamptz is null or j.created_at < @until)
order by s.run_at, s.job_id
limit @size
