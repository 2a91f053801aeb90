-- Register a process start. Parameters: worker, lease seconds, host, process id, version, queues, routes. Committed before the first claim.
select /*schema*/register_worker($1, $2, $3, $4, $5, $6, $7)
