-- Make jobs ready that were parked for types that were resumed. Parameters: the id to go on after, limit, worker. Locks: scheduled rows, skipping held
-- ones. Index: scheduled_deferred.
select n, hi from /*schema*/recall_resumed($1, $2, $3)
