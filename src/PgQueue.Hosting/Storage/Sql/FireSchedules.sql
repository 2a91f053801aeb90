-- Fire due schedules. Parameters: names, revisions, next occurrences known, those to come; the runs' names, instants, first missed, job ids, headers; worker; the instant planned for.
-- Locks: the schedules' rows, in the order of their names. Index: schedule_pkey, occurrence_pkey.
select name, revision, next_at, waiting_at, waiting_since, paused, jobs, lane, now_
from /*schema*/fire_schedules($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
