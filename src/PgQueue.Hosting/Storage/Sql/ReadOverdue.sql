-- Schedules whose next occurrence is overdue though somebody should fire it. Parameter: overdue, in seconds. No index: there are few. One that code defined and
-- no live process defines any more is left out on purpose, unless there is no live process at all.
with live as (select w.definitions from /*schema*/worker w where w.expires_at > clock_timestamp())
select s.name as Name, s.type as Type, extract(epoch from clock_timestamp() - s.next_at)::float8 as Seconds
from /*schema*/schedule s
where s.enabled and s.paused_at is null and s.next_at < clock_timestamp() - make_interval(secs => @overdue)
  and (s.owner = 2 or not exists(select from live)
    or exists(select from live w where s.digest = any(w.definitions) or s.replaced && w.definitions))
order by s.next_at limit 20
