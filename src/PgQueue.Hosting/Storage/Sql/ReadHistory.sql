-- Ended and retried attempts by time. Parameters: window and width of a point in seconds, queue or null. No locks. Index: counter_bucket.
select p.at as At, p.until as Until, coalesce(sum(c.n) filter (where c.outcome = 2), 0)::bigint as Succeeded,
  coalesce(sum(c.n) filter (where c.outcome = 4), 0)::bigint as Failed, coalesce(sum(c.n) filter (where c.outcome in (5, 9)), 0)::bigint as Cancelled,
  coalesce(sum(c.n) filter (where c.outcome = 3), 0)::bigint as Retried
from (
  select to_timestamp(t) as at, least(to_timestamp(t + @width::bigint), now()) as until, t
  from generate_series(floor((extract(epoch from now())::float8 - @window) / @width::bigint)::bigint * @width::bigint, floor(extract(epoch from now()))::bigint, @width::bigint) t) p
left join (
  select floor(extract(epoch from x.bucket)::float8 / @width::bigint)::bigint * @width::bigint as t, x.outcome, sum(x.n) as n
  from /*schema*/counter x
  where x.grain in (0, 1, 2, 3, 4, 5) and x.bucket >= now() - make_interval(secs => @window + @width::bigint)
    and (@queue::text is null or x.lane in (select l.lane from /*schema*/lane l where l.queue = @queue))
  group by 1, 2) c on c.t = p.t
group by p.at, p.until
order by p.at
