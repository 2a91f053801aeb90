-- The last act of a stopping process. Parameter: worker.
select /*schema*/unregister_worker($1)
