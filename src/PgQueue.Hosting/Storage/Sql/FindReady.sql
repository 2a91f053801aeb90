-- A page of ready jobs in the order of claims within a lane. Parameters: queue, type, prefix, since, until, the row to go on after, size. Index: ready_claim, job_pkey.
select x.id as Id, x.type as Type, l.queue as Queue, l.priority as Priority, x.max_attempts as MaxAttempts, x.created_at as EnqueuedAt,
  1::smallint as State, x.attempt as Attempt, null::timestamptz as ScheduledFor, null::timestamptz as FinishedAt, null::text as Error, x.seq as Seq, l.lane as Lane
from /*schema*/lane l
cross join lateral (select j.id, j.type, j.max_attempts, j.created_at, r.attempt, r.seq from /*schema*/ready r join /*schema*/job j on j.id = r.job_id
  where r.lane = l.lane and r.seq > greatest(@seq, l.safe_seq) and (@type::text is null or j.type = @type) and (@prefix::text is null or starts_with(j.type, @prefix))
    and (@since::timestamptz is null or j.created_at >= @since) and (@until::timestamptz is null or j.created_at < @until)
  order by r.seq limit @size) x
where @queue::text is null or l.queue = @queue
order by x.seq
limit @size
