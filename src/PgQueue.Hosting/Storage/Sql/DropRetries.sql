-- Drop links of retried jobs past retention. Parameter: how long they are kept.
select /*schema*/drop_retries($1)
