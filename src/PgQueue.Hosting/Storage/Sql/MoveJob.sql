-- Give a job another time or priority. Parameters: id, time, priority, worker, actor, act, target. Locks: its ready or scheduled row.
select /*schema*/move_job($1, $2, $3, $4, $5, $6, $7)
