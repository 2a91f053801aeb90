-- Heartbeat. Parameters: worker, lease seconds, least lease id of interest. Locks: the worker row.
select alive, leases, cancels, discards from /*schema*/beat($1, $2, $3)
