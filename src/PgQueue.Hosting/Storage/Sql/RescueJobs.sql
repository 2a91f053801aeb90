-- Take over from dead workers. Parameters: leases a call, crashes a job may cause, worker. Locks: worker rows past expiry, ownerless leases.
select count(*), count(*) filter (where outcome = 4) from /*schema*/rescue($1, $2, null, true, $3)
