-- A lease of its own for one job. Parameters: lease, job ids. Locks: the lease, skipping if held. No row: lost or busy.
select lease_id from /*schema*/detach_jobs($1, $2)
