-- Enqueue jobs. Parameters: enqueue_jobs. Locks: key rows of keyed jobs. A row for every job that was not simply inserted.
select id, outcome, holder
from /*schema*/enqueue_jobs($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
