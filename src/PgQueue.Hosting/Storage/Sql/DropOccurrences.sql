-- Drop records of occurrences past retention. Parameter: how long they are kept. Index: occurrence_fired.
select /*schema*/drop_occurrences($1)
