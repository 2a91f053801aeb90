-- Pause or resume a schedule. Parameters: name, expected revision, whether to pause, the next occurrence. Locks: schedule_version, the row.
select /*schema*/pause_schedule($1, $2, $3, $4)
