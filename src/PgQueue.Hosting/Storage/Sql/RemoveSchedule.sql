-- Remove a schedule that no live process defines. Parameter: name. Locks: schedule_version, the row.
select /*schema*/remove_schedule($1)
