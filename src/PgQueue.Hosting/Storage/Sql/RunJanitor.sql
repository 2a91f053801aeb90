-- Remove spent tombstones and keys, remove progress and waits that are over. Locks: the rows removed, skipping held ones.
select /*schema*/janitor(), /*schema*/sweep_runs()
