-- Scheduled jobs, moves, and the claim cursor.

-- By any process, no leader. lo: a cursor on run_at ('-infinity': sweep). Rows may appear below any cursor (a late commit, a past due time), so the
-- caller sweeps while that is cheap, else for at most 5 % of the time. next_in: seconds to the next due job. lanes: how many lanes exist.
-- pauses: what is paused, q and the name of a queue or t and the name of a type.
create function /*schema*/promote(lo timestamptz, lim int, me uuid, out n bigint, out hi timestamptz, out next_in float8, out lanes int, out pauses text[])
  language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off
  set plan_cache_mode = force_generic_plan as $$
declare moved smallint[]; now_ timestamptz := clock_timestamp();   -- one instant for both: what is due between two looks must not fall through
begin
  with d as (delete from /*schema*/scheduled where ctid = any(array(select ctid from /*schema*/scheduled where run_at >= lo
      and run_at <= now_ order by run_at limit lim for update skip locked)) returning job_id, lane, attempt, crashes, run_at),
    i as (insert into /*schema*/ready(job_id, lane, attempt, crashes) select job_id, lane, attempt, crashes from d order by run_at)
  select count(*), max(run_at), array_agg(distinct lane) into n, hi, moved from d;
  select extract(epoch from s.run_at - clock_timestamp()) into next_in from /*schema*/scheduled s where s.run_at > now_ and s.run_at < 'infinity'
    order by s.run_at limit 1;
  select count(*) into lanes from /*schema*/lane;
  select array_agg(case p.kind when 1 then 'q' else 't' end || p.name) into pauses from /*schema*/pause p where p.resumed_at is null;
  if n > 0 then perform /*schema*/wake_lanes(moved, me); end if;
end $$;
revoke execute on function /*schema*/promote from public;

-- A process that starts with new handlers pulls their deferred jobs forward, but not those of paused types.
create function /*schema*/recall_deferred(types text[], prefixes text[]) returns bigint language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
declare c bigint;
begin
  with d as (delete from /*schema*/scheduled where ctid = any(array(select s.ctid from /*schema*/scheduled s join /*schema*/job j on j.id = s.job_id
      where s.deferred and (j.type = any(types) or exists(select from unnest(prefixes) p where starts_with(j.type, p))) and not /*schema*/is_paused(j.type)
      order by s.job_id for update of s skip locked)) returning *),
    i as (insert into /*schema*/ready(job_id, lane, attempt, crashes) select job_id, lane, attempt, crashes from d order by run_at)
  select count(*) into c from d;
  return c;
end $$;
revoke execute on function /*schema*/recall_deferred from public;

-- Only a scheduled job can be pulled forward.
create function /*schema*/run_now(jobs uuid[]) returns setof uuid language sql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  with d as (delete from /*schema*/scheduled where ctid = any(array(
      select ctid from /*schema*/scheduled where job_id = any(jobs) order by job_id for update)) returning *),
    i as (insert into /*schema*/ready(job_id, lane, attempt, crashes) select job_id, lane, attempt, crashes from d)
  select job_id from d $$;
revoke execute on function /*schema*/run_now from public;

-- A row is deleted and added in its new lane, so a concurrent claim gets either the old or the new, never both. Ready rows are found by a scan of
-- the lane (no index on job_id by design). Repeating it is harmless.
create function /*schema*/move_jobs(jobs uuid[], from_ smallint, to_ smallint) returns setof uuid language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  with d as (delete from /*schema*/ready where ctid = any(array(
      select ctid from /*schema*/ready where lane = from_ and job_id = any(jobs) for update skip locked)) returning *),
    i as (insert into /*schema*/ready(job_id, lane, attempt, crashes) select job_id, to_, attempt, crashes from d order by seq),
    e as (delete from /*schema*/scheduled where ctid = any(array(
      select ctid from /*schema*/scheduled where lane = from_ and job_id = any(jobs) order by job_id for update skip locked)) returning *),
    f as (insert into /*schema*/scheduled(run_at, job_id, lane, attempt, crashes, deferred)
      select run_at, job_id, to_, attempt, crashes, deferred from e)
  select job_id from d union all select job_id from e $$;
revoke execute on function /*schema*/move_jobs from public;

-- S first (materialised), then an xid of our own. Not pg_snapshot_xmax: that is latest completed + 1, and a running producer may have a higher xid.
create function /*schema*/mark(out s bigint, out x xid8) language sql volatile
  security definer set search_path = pg_catalog, pg_temp as $$
  with m as materialized (select last_value from /*schema*/ready_seq) select m.last_value, pg_current_xact_id() from m $$;
revoke execute on function /*schema*/mark from public;

-- passed: every transaction that had an xid at the mark has ended; then nothing undecided is left at or below S, and everything below the first row
-- still visible (locked rows count: their claimer may roll back) is gone for good. A fact about the lane, so it may be shared.
create function /*schema*/advance(lanes_ smallint[], los bigint[], s_ bigint, x_ xid8) returns table(lane smallint, passed boolean, safe bigint)
  language sql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off as $$
  select l.lane, p.ok, case when p.ok then greatest(l.lo, coalesce((select r.seq - 1 from /*schema*/ready r
      where r.lane = l.lane and r.seq > l.lo and r.seq <= s_ order by r.seq limit 1), s_)) else l.lo end
  from unnest(lanes_, los) l(lane, lo), (select pg_snapshot_xmin(pg_current_snapshot()) >= x_ ok) p $$;
revoke execute on function /*schema*/advance from public;

-- Every ten seconds or so; a new process starts from here.
create function /*schema*/share_safe(lanes_ smallint[], safes bigint[]) returns void language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  update /*schema*/lane l set safe_seq = v.s from unnest(lanes_, safes) v(lane, s) where l.lane = v.lane and l.safe_seq < v.s $$;
revoke execute on function /*schema*/share_safe from public;
