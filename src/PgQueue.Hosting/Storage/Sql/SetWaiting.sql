-- Say for which queues this process wants notifications. Parameters: worker, queues.
select /*schema*/set_waiting($1, $2)
