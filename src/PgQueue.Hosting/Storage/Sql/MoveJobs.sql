-- Give many jobs another time or priority. Parameters: ids, lanes and sequences of ready ones, time, priority, worker, the act's line. Locks: ready and
-- scheduled rows, skipping held ones. Index: ready_claim, scheduled_job.
select /*schema*/move_many($1, $2, $3, $4, $5, $6, $7)
