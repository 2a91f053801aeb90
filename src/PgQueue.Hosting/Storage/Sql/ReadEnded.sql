-- Those of the jobs that have ended. Parameters: jobs never looked at, jobs looked at before, in how many seconds the latter can have ended. Index: attempt_job, job_pkey.
select job, outcome, error, result from /*schema*/ended_jobs($1, $2, $3)
