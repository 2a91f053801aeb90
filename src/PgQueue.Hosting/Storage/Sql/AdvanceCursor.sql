-- How far the claim cursor may move. Parameters: lanes, present bounds, the mark's point and xid. Index: ready_claim.
select lane, passed, safe from /*schema*/advance($1, $2, $3, $4)
