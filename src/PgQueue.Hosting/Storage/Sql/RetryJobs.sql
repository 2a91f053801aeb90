-- Run jobs again. Parameters: instance, ids, the ids of copies, worker, then the line of an act on many, or actor, act and target. Locks: scheduled rows, keys.
with r as materialized (select job, done, became from /*schema*/retry_jobs($1, $2, $3, $4)),
  n as materialized (select /*schema*/note_act($5, $6, $7, $8, null, (select count(*) from r where done in (0, 2))))
select r.job, r.done, r.became from r cross join n
