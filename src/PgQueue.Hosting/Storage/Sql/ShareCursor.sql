-- Let new processes start from our bounds. Parameters: lanes, bounds. Locks: the lane rows.
select /*schema*/share_safe($1, $2)
