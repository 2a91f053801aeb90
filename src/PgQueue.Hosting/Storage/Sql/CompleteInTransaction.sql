-- Complete a detached job in the user's transaction. Parameters: instance, worker, lease, job, milliseconds since the start, result, log. Locks: the lease.
select /*schema*/complete_in_transaction($1, $2, $3, $4, $5, $6, $7)
