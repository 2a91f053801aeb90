-- Remove leases in which nothing is open. Locks: leases older than 30 seconds, skipping held ones.
select /*schema*/sweep_leases()
