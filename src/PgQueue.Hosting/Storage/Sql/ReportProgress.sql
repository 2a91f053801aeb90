-- Store the last progress of running jobs. Parameters: worker, and arrays of jobs, leases, fractions, messages. Locks: the progress rows. Index: progress_pkey, lease_pkey, attempt_job.
select /*schema*/report_progress($1, $2, $3, $4, $5)
