-- Pause a queue (1) or a type (2). Parameters: kind, name, reason, actor. Locks: the pause's row.
select /*schema*/pause_work($1, $2, $3, $4)
