-- Begin and end waits. Parameters: the waiting process, jobs to begin with, jobs to end with. Locks: the waiter rows. Index: waiter_pkey.
select /*schema*/watch_jobs($1, $2, $3)
