-- Store one of a schedule's jobs now. Parameters: name, job id, headers, worker, actor. Locks: the schedule's row.
with d as materialized (select job, is_new, lane_ from /*schema*/trigger_schedule($1, $2, $3, $4))
select d.job, d.is_new, d.lane_, /*schema*/note_act(null, $5, 'schedule-trigger', $1, null, case when d.is_new then 1 else 0 end)
from d
