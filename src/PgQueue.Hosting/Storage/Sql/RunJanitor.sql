-- Remove spent tombstones and keys, roll counters up. Locks: the rows removed, skipping held ones.
select /*schema*/janitor()
