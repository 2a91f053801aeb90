-- Make the partitions of the near future.
select /*schema*/create_partitions()
