-- Move due jobs to ready. Parameters: lower bound, limit, worker. Locks: the scheduled rows taken. Index: scheduled_due.
select n, hi, next_in, lanes, pauses from /*schema*/promote($1, $2, $3)
