-- One job in one snapshot. Parameter: job id. Index: job_pkey, scheduled_job, attempt_job, progress_pkey, moved_pkey; lease is scanned, it is small.
select j.id as Id, j.type as Type, l.queue as Queue, l.priority as Priority, j.max_attempts as MaxAttempts, j.created_at as EnqueuedAt,
  j.dedup_key as DeduplicationKey, /*withheld*/j.payload as Payload, /*withheld*/j.headers as Headers, s.run_at as ScheduledFor, s.attempt as ScheduledAttempt,
  e.attempt as RunningAttempt, t.outcome as FinalOutcome, t.finished_at as FinishedAt, t.result as Result,
  p.fraction as ProgressFraction, /*withheld*/p.message as ProgressMessage, p.at as ProgressAt
from /*schema*/job j
left join lateral (select x.run_at, x.attempt, x.lane from /*schema*/scheduled x where x.job_id = j.id limit 1) s on true
left join lateral (select u.attempt, u.lane from /*schema*/lease x, unnest(x.job_ids, x.attempts, x.lanes) u(id, attempt, lane)
  where u.id = j.id and not exists(select from /*schema*/attempt r where r.job_id = j.id and r.lease_id = x.id) limit 1) e on true
left join lateral (select r.outcome, r.finished_at, r.lane, /*withheld*/r.result as result from /*schema*/attempt r
  where r.job_id = j.id and r.outcome in (2, 4, 5, 9) limit 1) t on true
left join /*schema*/progress p on p.job_id = j.id and t.outcome is null
left join /*schema*/moved m on m.job_id = j.id
join /*schema*/lane l on l.lane = coalesce(t.lane, e.lane, s.lane, m.lane, j.lane)
where j.id = @id
