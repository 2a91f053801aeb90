-- Resume a queue (1) or a type (2). Parameters: kind, name, actor. Locks: the pause's row.
select /*schema*/resume_work($1, $2, $3)
