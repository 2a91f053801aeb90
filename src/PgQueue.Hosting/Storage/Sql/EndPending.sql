-- Cancel a job that has not finished. Parameters: job ids, outcome, reason. Locks: the scheduled row.
select settled from /*schema*/end_pending($1, $2, $3)
