-- The lane of a queue and priority, made if new. Parameters: queue, priority. Locks: the meta row while making one.
select /*schema*/ensure_lane($1, $2)
