-- Every lane, with the bound below which nothing waits.
select lane, queue, priority, isolated, safe_seq from /*schema*/lane
