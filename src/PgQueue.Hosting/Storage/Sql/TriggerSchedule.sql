-- Store one of a schedule's jobs now. Parameters: name, job id, headers, worker. Locks: the schedule's row.
select job, is_new, lane_ from /*schema*/trigger_schedule($1, $2, $3, $4)
