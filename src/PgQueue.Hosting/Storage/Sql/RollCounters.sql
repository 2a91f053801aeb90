-- One batch of the counters' roll-up. Locks: the rows taken, skipping held ones. Index: counter_bucket. Gives how many were taken.
select /*schema*/roll_counters()
