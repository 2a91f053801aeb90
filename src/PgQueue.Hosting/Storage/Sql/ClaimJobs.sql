-- Claim jobs. Parameters: worker, lanes in priority order, exclusive lower bounds, limit. Locks: the ready rows taken. Index: ready_claim, job_pkey.
select lease_id, seq, lane, attempt, crashes, id, type, max_attempts, timeout_ms, keyed, gate, tomb, created_at, due, headers, payload
from /*schema*/claim_jobs($1, $2, $3, $4)
