-- Who keeps dead rows from being removed, or holds the bound from which claims are read, longest first. Parameter: horizon, in seconds. kind: 1 session,
-- 2 prepared transaction, 3 replication slot, whose time is not known. A vacuum holds nothing. What other roles do is hidden without pg_monitor.
select x.kind as Kind, x.pid as Pid, left(x.name, 128) as Name, left(x.role, 64) as Role, x.state as State, x.seconds as Seconds
from (
  select 1 as kind, a.pid, a.application_name::text as name, a.usename::text as role, a.state::text,
    extract(epoch from clock_timestamp() - a.xact_start)::float8 as seconds
  from pg_stat_activity a
  where (a.backend_xid is not null or (a.backend_xmin is not null and a.datname = current_database()))
    and a.xact_start < clock_timestamp() - make_interval(secs => @horizon)
    and a.query not ilike 'autovacuum: vacuum%' and a.query not ilike 'vacuum%'
  union all
  select 2, null, p.gid::text, p.owner::text, 'prepared', extract(epoch from clock_timestamp() - p.prepared)::float8
  from pg_prepared_xacts p where p.prepared < clock_timestamp() - make_interval(secs => @horizon)
  union all
  select 3, s.active_pid, s.slot_name::text, null, case when s.active then 'active' else 'inactive' end, null
  from pg_replication_slots s where s.xmin is not null and (not s.active or age(s.xmin) > 1000000)) x
order by x.seconds desc nulls last limit 5
