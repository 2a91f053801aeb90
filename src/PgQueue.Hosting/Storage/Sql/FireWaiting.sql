-- Run occurrences that waited for the run before them. Parameters: names, the occurrences, job ids, headers, worker. Locks: the schedules' rows.
select name, revision, next_at, waiting_at, waiting_since, paused, jobs, lane, now_
from /*schema*/fire_waiting($1, $2, $3, $4, $5)
