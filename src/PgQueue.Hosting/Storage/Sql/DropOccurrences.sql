-- Remove records of occurrences older than failed jobs are kept, at most ten thousand; null where they are kept for ever. Index: occurrence_fired.
select /*schema*/drop_occurrences(make_interval(secs => failed)) from /*schema*/effective_retention() where queue = '' and failed < 'Infinity'
