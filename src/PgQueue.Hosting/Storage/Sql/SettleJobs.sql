-- Settle a flush of outcomes. Parameters: settle_jobs. Locks: the leases named, skipping held ones. Index: lease_pkey, attempt_job.
select settled, removed, busy from /*schema*/settle_jobs($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
