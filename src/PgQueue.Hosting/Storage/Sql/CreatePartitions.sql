-- Make the partitions of the near future. Parameter: job or attempt, in an array. Locks: that parent's default partition.
select /*schema*/create_partitions($1)
