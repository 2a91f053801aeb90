-- Hand back leases whose claim reply was lost, burning no attempt. Parameters: lease ids, worker. Locks: the leases, skipping held ones.
select count(*) from /*schema*/rescue(only_ => $1, burn => false, me => $2)
