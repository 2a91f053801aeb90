-- Worker rows, heartbeats, rescue.

-- Before the first claim, and committed on its own. first_lease lets scans of lease start past other, dead leases.
create function /*schema*/register_worker(w uuid, ttl float8, host_ text, pid_ int, version_ text, queues_ text[], routes_ text[] default '{}')
  returns bigint language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into /*schema*/route(name) select distinct u from unnest(routes_) u order by u
    on conflict (name) do update set seen_at = clock_timestamp() where route.seen_at < clock_timestamp() - interval '1 day';
  insert into /*schema*/worker(id, host, pid, version, queues, routes, expires_at, first_lease)
    select w, host_, pid_, version_, queues_, routes_, clock_timestamp() + make_interval(secs => ttl), last_value from /*schema*/lease_seq
    returning first_lease $$;
revoke execute on function /*schema*/register_worker from public;

-- alive = false: every lease is lost or about to be; drop everything, register a new id. leases: all of ours with id >= lo; one the client does
-- not know in two beats with no claim in flight is a claim whose reply was lost, and is handed back. cancels: jobs of ours to be
-- ended; discards: those of them that end as failed.
create function /*schema*/beat(w uuid, ttl float8, lo bigint, out alive boolean, out leases bigint[], out cancels uuid[], out discards uuid[]) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  update /*schema*/worker set expires_at = clock_timestamp() + make_interval(secs => ttl) where id = w and expires_at > clock_timestamp();
  alive := found;
  select array_agg(l.id) into leases from /*schema*/lease l where l.id >= lo and l.worker = w;
  if exists(select from /*schema*/tombstone) then
    select array_agg(t.job_id), array_agg(t.job_id) filter (where t.outcome = 4) into cancels, discards from /*schema*/tombstone t
      where exists(select from /*schema*/lease l where l.id >= lo and l.worker = w and t.job_id = any(l.job_ids));
  end if;
end $$;
revoke execute on function /*schema*/beat from public;

create function /*schema*/set_waiting(w uuid, waiting_ text[]) returns void language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  update /*schema*/worker set waiting = waiting_ where id = w and waiting is distinct from waiting_ $$;
revoke execute on function /*schema*/set_waiting from public;

-- The last act of a process that has handed everything back. Leases it may still have are rescued at once.
create function /*schema*/unregister_worker(w uuid) returns void language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  delete from /*schema*/worker where id = w $$;
revoke execute on function /*schema*/unregister_worker from public;

-- By any process, every second or so. 1 workers past their expiry are deleted: the one atomic decision, a late beat finds no row. 2 leases without a
-- worker are locked. 3 in a new snapshot, whatever has no attempt row for (lease, job) is settled and added again, into its isolation lane. A
-- claim that commits after 1 is found by the next call. only_, burn = false: a worker gives back leases whose claim reply it never got.
create function /*schema*/rescue(lim int default 100, max_crashes smallint default 3, only_ bigint[] default null, burn boolean default true,
    me uuid default null)
  returns table(job uuid, lane smallint, outcome smallint) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_mergejoin = off set enable_hashjoin = off
  set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare ids bigint[]; dead text[]; back smallint[]; held uuid[];
begin
  if only_ is null then
    with d as (delete from /*schema*/worker where id = any(array(
        select w.id from /*schema*/worker w where w.expires_at < clock_timestamp() for update skip locked)) returning *)
    select array_agg(format('%s on %s, process %s, lease ended %s', d.id, d.host, d.pid, d.expires_at)) into dead from d;
    select array_agg(x.id) into ids from (select le.id from /*schema*/lease le
      where not exists(select from /*schema*/worker w where w.id = le.worker) order by le.id limit lim for update skip locked) x;
  else
    select array_agg(x.id) into ids from (select le.id from /*schema*/lease le where le.id = any(only_) order by le.id for update skip locked) x;
  end if;
  if ids is null then return; end if;
  if exists(select from /*schema*/waiter) then
    -- word of a job that only comes back is a hint too many, and harmless
    select array_agg(u.id) into held from /*schema*/lease le, unnest(le.job_ids) u(id) where le.id = any(ids);
  end if;
  return query with d as (delete from /*schema*/lease le where le.id = any(ids) returning le.*),
    o as materialized (select d.id lease_id, d.worker, u.*, j.max_attempts, j.dedup_key, j.type,
        case when not burn then 6 when u.attempt >= j.max_attempts or u.crashes + 1 >= max_crashes then 4 else 10 end::smallint outcome
      from d, unnest(d.job_ids, d.attempts, d.lanes, d.crashes) u(job_id, attempt, lane, crashes) left join /*schema*/job j on j.id = u.job_id
      where not exists(select from /*schema*/attempt r where r.job_id = u.job_id and r.lease_id = d.id
        and r.finished_at >= d.claimed_at - interval '1 day')),
    h as (insert into /*schema*/attempt(lease_id, job_id, attempt, outcome, lane, worker, error)
      select o.lease_id, o.job_id, o.attempt, o.outcome, o.lane, o.worker, case when burn then 'The worker process died while it held this job: '
        || coalesce((select x from unnest(dead) x where starts_with(x, o.worker::text)), o.worker::text)
        || case when o.outcome = 4 then format('. Failed after %s death%s and %s of %s attempt%s.', o.crashes + 1,
          case when o.crashes > 0 then 's' end, o.attempt, o.max_attempts, case when o.max_attempts <> 1 then 's' end) else '.' end end
      from o),
    c as (insert into /*schema*/counter(bucket, lane, outcome, n, route) select to_timestamp(floor(extract(epoch from now()) / 10) * 10), x.lane, x.outcome, sum(x.n), /*schema*/route_of(x.type)
      from (select o.lane, o.outcome, o.type, count(*) n from o group by o.lane, o.outcome, o.type) x group by x.lane, x.outcome, 5),
    k as (delete from /*schema*/dedup where ctid = any(array(select e.ctid from o join /*schema*/dedup e on e.key = o.dedup_key and e.job_id = o.job_id
        where o.outcome = 4 and e.scope in (1, 2) order by e.key for update of e skip locked))),
    r as (insert into /*schema*/ready(job_id, lane, attempt, crashes)
      select o.job_id, case when burn or o.crashes > 0 then (o.lane + o.lane % 2)::smallint else o.lane end,
        case when burn then o.attempt else o.attempt - 1 end, least(o.crashes + burn::int, 32767) from o where o.outcome <> 4)
  select o.job_id, o.lane, o.outcome from o;
  perform /*schema*/tell_waiters(held);
  select array_agg(distinct l.lane) into back from /*schema*/lane l;
  perform /*schema*/wake_lanes(back, me);
end $$;
revoke execute on function /*schema*/rescue from public;

-- Every minute, by any process, whoever owns the lease: delete leases in which nothing is open (the client died, or forgot, between the last part
-- and the delete). No effect on any job. Same order: lock, then read in a new snapshot.
create function /*schema*/sweep_leases(older float8 default 30) returns bigint language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare ids bigint[]; n bigint;
begin
  select array_agg(x.id) into ids from (select le.id from /*schema*/lease le
    where le.claimed_at < clock_timestamp() - make_interval(secs => older) for update skip locked) x;
  if ids is null then return 0; end if;
  delete from /*schema*/lease le where le.id = any(ids)
    and not exists(select from unnest(le.job_ids) x(id) where not exists(select from /*schema*/attempt r
      where r.job_id = x.id and r.lease_id = le.id and r.finished_at >= le.claimed_at - interval '1 day'));
  get diagnostics n = row_count;
  return n;
end $$;
revoke execute on function /*schema*/sweep_leases from public;
