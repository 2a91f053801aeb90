-- Say which definitions this process brings. Parameters: worker, digests. Locks: the worker's row.
select /*schema*/announce_schedules($1, $2)
