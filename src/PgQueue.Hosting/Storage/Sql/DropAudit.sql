-- Drop lines of acts past their time. Parameter: how long they are kept. Index: audit_at, moved_at.
select /*schema*/drop_audit($1)
