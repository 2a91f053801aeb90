-- A page of failed, cancelled or superseded jobs, the last ended first. Parameters: outcome, part of the error, and as FindReady.sql with since and until for the end; the row to
-- go on after is (at, id). Index: attempt_ended, job_pkey.
select j.id as Id, j.type as Type, l.queue as Queue, l.priority as Priority, j.max_attempts as MaxAttempts, j.created_at as EnqueuedAt,
  case a.outcome when 4 then 5 when 5 then 6 else 7 end::smallint as State, a.attempt as Attempt, null::timestamptz as ScheduledFor,
  a.finished_at as FinishedAt, /*withheld*/a.error as Error, 0::bigint as Seq, l.lane as Lane
from /*schema*/attempt a
join /*schema*/job j on j.id = a.job_id
join /*schema*/lane l on l.lane = a.lane
where a.outcome in (4, 5, 9) and a.outcome = @outcome
  and (@at::timestamptz is null or a.finished_at <= @at and (a.finished_at, a.job_id) < (@at, @id))
  and (@since::timestamptz is null or a.finished_at >= @since) and (@until::timestamptz is null or a.finished_at < @until)
  and (@queue::text is null or l.queue = @queue) and (@type::text is null or j.type = @type) and (@prefix::text is null or starts_with(j.type, @prefix))
  and (@error::text is null or position(lower(@error) in lower(coalesce(/*withheld*/a.error, ''))) > 0)
order by a.finished_at desc, a.job_id desc
limit @size
