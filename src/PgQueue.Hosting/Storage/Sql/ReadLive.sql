-- Unfinished jobs by queue and type, from samples. kind: 1 ready, 2 scheduled, 3 running. exact: the sum over the types of a queue is; whole: each type is.
-- No parameters, no locks. Index: ready_claim, scheduled_due, job_pkey, attempt_job; up to 2,000 jobs are looked up for their type.
select x.kind as Kind, l.queue as Queue, x.type as Type, sum(x.n)::float8 as Jobs, coalesce(sum(x.n) filter (where x.deferred), 0)::float8 as Deferred,
  bool_and(x.exact) as IsExact, bool_and(x.whole) as IsWhole
from (
  select s.kind, s.lane, s.deferred, s.exact, s.exact and s.n = cardinality(s.jobs) as whole, s.n / cardinality(s.jobs) as n,
    (select j.type from /*schema*/job j where j.id = u.id limit 1) as type
  from (
    select 1 as kind, * from /*schema*/sample_ready()
    union all select 2, * from /*schema*/sample_scheduled()
    union all select 3, * from /*schema*/sample_running()) s
  cross join lateral unnest(s.jobs) u(id)) x
join /*schema*/lane l on l.lane = x.lane
group by x.kind, l.queue, x.type
