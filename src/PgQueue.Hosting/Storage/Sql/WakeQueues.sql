-- Notify idle workers of other processes. Parameters: queues, worker.
select /*schema*/wake($1, $2)
