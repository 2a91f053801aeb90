-- Ended and retried attempts by queue and route: all there were, and those of the last minute, hour and day. No parameters, no locks. The spans are those of
-- ReadMoment.sql. One scan of counter, which the roll-up keeps small; the sums are whole
-- numbers as float8, exact up to nine quadrillion, because numeric takes twice as long.
with b as materialized (
  select to_timestamp(floor(extract(epoch from now()) / 10) * 10 - 60) as minute, to_timestamp(floor(extract(epoch from now()) / 60) * 60 - 3600) as hour,
    to_timestamp(floor(extract(epoch from now()) / 600) * 600 - 86400) as day)
select l.queue as Queue, x.route as Route, x.outcome as Outcome, sum(x.n)::bigint as Jobs, coalesce(sum(x.minute), 0)::bigint as Minute,
  coalesce(sum(x.hour), 0)::bigint as Hour, coalesce(sum(x.day), 0)::bigint as Day
from (
  select c.lane, c.route, c.outcome, sum(c.n::float8) as n, sum(c.n::float8) filter (where c.bucket >= b.minute) as minute,
    sum(c.n::float8) filter (where c.bucket >= b.hour) as hour, sum(c.n::float8) filter (where c.bucket >= b.day) as day
  from /*schema*/counter c cross join b
  where c.outcome in (2, 3, 4, 5, 9)
  group by c.lane, c.route, c.outcome) x
join /*schema*/lane l on l.lane = x.lane
group by l.queue, x.route, x.outcome
