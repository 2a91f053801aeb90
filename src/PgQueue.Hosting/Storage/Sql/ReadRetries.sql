-- What a job was retried as, and what it is a retry of. Parameter: job id. Index: retry_pkey, retry_retried_as_key.
select (select r.retried_as from /*schema*/retry r where r.job_id = @id) as RetriedAs, (select r.job_id from /*schema*/retry r where r.retried_as = @id) as RetryOf
