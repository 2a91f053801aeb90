-- Drop the oldest partition past retention. Parameter: how long to keep records. Locks: the parent for milliseconds.
select /*schema*/drop_expired($1)
