-- The last ended attempts of one job, newest first. Parameter: job id. Index: attempt_job.
select attempt as Number, outcome as Outcome, started_at as StartedAt, finished_at as FinishedAt, lease_id as Token, worker as WorkerId, /*withheld*/error as Error, /*withheld*/log as Log
from /*schema*/attempt
where job_id = @id
order by finished_at desc, lease_id desc
limit 20
