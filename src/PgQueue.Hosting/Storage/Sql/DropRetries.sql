-- Remove links of retried jobs older than failed jobs are kept, at most ten thousand; null where they are kept for ever. Index: retry_at.
select /*schema*/drop_retries(make_interval(secs => failed)) from /*schema*/effective_retention() where queue = '' and failed < 'Infinity'
