-- Remove spent tombstones and keys. Locks: the rows removed, skipping held ones.
select /*schema*/janitor()
