-- End jobs as cancelled or failed. Parameters: ids, lanes and sequences of ready ones or null, outcome, reason, then the line of an act on many, or actor, act, target and reason.
-- Locks: ready rows, skipping held ones; scheduled rows. Index: ready_claim, scheduled_job.
select job, done from /*schema*/end_jobs($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
