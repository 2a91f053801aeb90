-- Remove a schedule that no live process defines. Parameters: name, actor. Locks: schedule_version, the row.
with d as materialized (select /*schema*/remove_schedule($1) done)
select d.done, case when d.done <> 2 then /*schema*/note_act(null, $2, 'schedule-remove', $1, null, d.done) end
from d
