-- The lease of its own that a job may have after a detach whose reply was lost. Parameters: worker, job ids (one), least lease id. Index: lease_pkey.
select id from /*schema*/lease where id >= $3 and worker = $1 and job_ids = $2 limit 1
