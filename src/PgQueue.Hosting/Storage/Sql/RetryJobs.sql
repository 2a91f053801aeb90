-- Run jobs again. Parameters: instance, ids, the ids of copies, worker. Locks: scheduled rows, keys.
select job, done, became from /*schema*/retry_jobs($1, $2, $3, $4)
