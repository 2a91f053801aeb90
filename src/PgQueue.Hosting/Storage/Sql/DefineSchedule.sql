-- Add or change a schedule if its revision is the expected one. Parameters: instance, then the definition, anchor, next occurrence, the one seen before, whether it stays, and actor or null. Locks: schedule_version, the row.
with d as materialized (select /*schema*/define_schedule($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) revision)
select d.revision, case when d.revision is not null and $23::text is not null then /*schema*/note_act(null, $23, 'schedule-set', $2, null, 1) end
from d
