-- Remove spent tombstones and keys, roll counters up, remove progress and waits that are over. Locks: the rows removed, skipping held ones.
select /*schema*/janitor(), /*schema*/sweep_runs()
