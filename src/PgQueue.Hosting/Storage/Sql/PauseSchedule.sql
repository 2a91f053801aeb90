-- Pause or resume a schedule. Parameters: name, expected revision, whether to pause, the next occurrence, actor. Locks: schedule_version, the row.
with d as materialized (select /*schema*/pause_schedule($1, $2, $3, $4) revision)
select d.revision, case when d.revision is not null then /*schema*/note_act(null, $5, case when $3 then 'schedule-pause' else 'schedule-resume' end, $1, null, 1) end
from d
