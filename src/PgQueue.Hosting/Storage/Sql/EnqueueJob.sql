-- Enqueue one job without a key. Parameters: enqueue_job. 0: stored, 2: the id exists.
select /*schema*/enqueue_job($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
