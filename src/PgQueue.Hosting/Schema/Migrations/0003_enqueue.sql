-- Enqueue, keys, cancel.

-- Free the keys (scopes 1 and 2) of finished jobs; never waits. A key locked by somebody's open replace is left: the next enqueue sees that its
-- holder has finished and takes it over, and the janitor sweeps.
create function /*schema*/free_keys(jobs uuid[]) returns void language sql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  delete from /*schema*/dedup where ctid = any(array(
    select d.ctid from /*schema*/job j join /*schema*/dedup d on d.key = j.dedup_key and d.job_id = j.id
    where j.id = any(jobs) and j.dedup_key is not null and d.scope in (1, 2) order by d.key for update of d skip locked)) $$;
revoke execute on function /*schema*/free_keys from public;

-- End jobs that have not started, wherever they are. A scheduled one is ended here and now (deleting its row is the ownership); otherwise a
-- tombstone, which claim, gate and beat honour. Idempotent. settled: ended now; null: the job is unknown or has finished.
create function /*schema*/end_pending(jobs uuid[], outcome_ smallint, why text) returns table(job uuid, settled boolean) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare done uuid[]; marked uuid[];
begin
  if outcome_ not in (4, 5, 9) then raise sqlstate '22023' using message = 'a job that has not run ends as failed (4), cancelled (5) or superseded (9)'; end if;
  with d as (delete from /*schema*/scheduled s where s.ctid = any(array(
        select x.ctid from /*schema*/scheduled x where x.job_id = any(jobs) order by x.job_id for update)) returning s.*),
    r as (insert into /*schema*/attempt(lease_id, job_id, attempt, outcome, lane, error)
      select 0, d.job_id, d.attempt, outcome_, d.lane, why from d),
    c as (insert into /*schema*/counter(bucket, lane, outcome, n, route) select to_timestamp(floor(extract(epoch from clock_timestamp()) / 10) * 10), d.lane, outcome_, count(*), /*schema*/route_of_job(d.job_id)
      from d group by d.lane, 5)
  select coalesce(array_agg(d.job_id), '{}') into done from d;
  perform /*schema*/free_keys(done);
  if exists(select from /*schema*/waiter) then perform /*schema*/tell_waiters(done); end if;
  with t as (insert into /*schema*/tombstone(job_id, outcome, reason)
    select j.id, outcome_, why from /*schema*/job j where j.id = any(jobs) and j.id not in (select unnest(done))
      and not exists(select from /*schema*/attempt r where r.job_id = j.id and r.outcome in (2, 4, 5, 9))
    order by j.id on conflict do nothing returning job_id)
  select coalesce(array_agg(t.job_id), '{}') into marked from t;
  return query select u, case when u in (select unnest(done)) then true when u in (select unnest(marked)) then false
      when exists(select from /*schema*/tombstone t where t.job_id = u)
        and not exists(select from /*schema*/attempt r where r.job_id = u and r.outcome in (2, 4, 5, 9)) then false end
    from unnest(jobs) u;
end $$;
revoke execute on function /*schema*/end_pending from public;

-- Enqueue n jobs, every option at every size, in the caller's transaction. Optional arrays are null when nothing uses them.
-- Returns a row only for what was not simply inserted: 2 this id exists already (an idempotent retry), 3 the key is held by holder,
-- 4 inserted in the place of holder. Equal keys within the call: the first wins (the last, if replacing). Keys are taken in key order.
-- fresh: the ids were made for this call, which is its first try. instance_ guards against a transaction on another database that has a queue of its own. wake_: queues to notify, if somebody is idle.
create function /*schema*/enqueue_jobs(instance_ uuid, ids uuid[], lanes smallint[], types text[], payloads json[], max_attempts_ smallint[],
    delays float8[] default null, dues timestamptz[] default null, timeouts int[] default null, headers_ json[] default null,
    keys text[] default null, scopes smallint[] default null, periods float8[] default null, replaces boolean[] default null,
    wake_ text[] default null, me uuid default null, fresh boolean default false)
  returns table(id uuid, outcome smallint, holder uuid) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  won uuid[]; wonkeys text[]; known uuid[]; held text[] := '{}'; holders uuid[] := '{}'; late uuid[]; latekeys text[]; r record; h /*schema*/dedup; ins uuid[]; started_ timestamptz := clock_timestamp(); soon timestamptz;
begin
  if not exists(select from /*schema*/meta m where m.instance = instance_) then
    raise sqlstate 'QI001' using message = 'this database holds another queue than the one the client is configured for';
  end if;
  if delays is not null then
    select array_agg(case when t.s is null then t.d else started_ + make_interval(secs => t.s) end order by t.o) into dues
      from unnest(delays, coalesce(dues, array_fill(null::timestamptz, array[cardinality(delays)]))) with ordinality t(s, d, o);
  end if;
  if keys is null and fresh then
    -- ids made for this call and sent for the first time cannot exist: no conflict to look for, no result to carry between the inserts
    insert into /*schema*/job(id, lane, type, payload, max_attempts, due, timeout_ms, headers)
      select t.i, t.l, t.k, t.p, t.m, t.d, t.tm, t.hd
      from unnest(ids, lanes, types, payloads, max_attempts_, dues, timeouts, headers_) t(i, l, k, p, m, d, tm, hd);
    insert into /*schema*/ready(job_id, lane) select t.i, t.l from unnest(ids, lanes, dues) t(i, l, d) where t.d is null or t.d <= started_;
    if dues is not null then
      insert into /*schema*/scheduled(run_at, job_id, lane) select t.d, t.i, t.l from unnest(ids, lanes, dues) t(i, l, d) where t.d > started_;
    end if;
  elsif keys is null then
    with j as (insert into /*schema*/job(id, lane, type, payload, max_attempts, due, timeout_ms, headers)
        select t.i, t.l, t.k, t.p, t.m, t.d, t.tm, t.hd
        from unnest(ids, lanes, types, payloads, max_attempts_, dues, timeouts, headers_) t(i, l, k, p, m, d, tm, hd)
        on conflict (id) do nothing returning job.id, job.lane, job.due),
      s as (insert into /*schema*/scheduled(run_at, job_id, lane) select due, j.id, lane from j where due > started_),
      y as (insert into /*schema*/ready(job_id, lane) select j.id, lane from j where due is null or due <= started_)
    select coalesce(array_agg(j.id), '{}') into ins from j;
    if cardinality(ins) < cardinality(ids) then
      return query select x.i, 2::smallint, null::uuid from (select u.i, count(*) c from unnest(ids) u(i) group by u.i) x
        where x.c > 1 or x.i not in (select unnest(ins));
    end if;
  else
    -- ids already known drop out first: a retry after the job finished must not take its key again
    select array_agg(j.id) into known from /*schema*/job j where j.id = any(ids);
    with k as (insert into /*schema*/dedup(key, job_id, scope, until, replaceable)
        select distinct on (t.k) t.k, t.i, t.s, started_ + make_interval(secs => t.u), coalesce(t.r, false)
        from unnest(ids, keys, scopes, periods, replaces) with ordinality t(i, k, s, u, r, o)
        where t.k is not null and (known is null or t.i not in (select unnest(known)))
        order by t.k, case when t.r then -t.o else t.o end on conflict (key) do nothing returning job_id, key)
    select coalesce(array_agg(job_id), '{}'), coalesce(array_agg(key), '{}') into won, wonkeys from k;
    for r in select distinct on (t.k) t.* from unnest(ids, keys, scopes, periods, replaces) with ordinality t(i, k, s, u, r, o)
        where t.k is not null and t.k not in (select unnest(wonkeys)) and (known is null or t.i not in (select unnest(known)))
        order by t.k, case when t.r then -t.o else t.o end loop
      for tries in 1..20 loop
        if tries = 20 then raise sqlstate '40001' using message = 'the deduplication key kept changing hands'; end if;
        select * into h from /*schema*/dedup d where d.key = r.k;
        if not found then                                             -- freed meanwhile
          if exists(select from /*schema*/job j where j.id = r.i) then known := known || r.i; exit; end if;
          insert into /*schema*/dedup(key, job_id, scope, until, replaceable)
            values (r.k, r.i, r.s, started_ + make_interval(secs => r.u), coalesce(r.r, false)) on conflict do nothing;
          if found then won := won || r.i; wonkeys := wonkeys || r.k; exit; end if;
          continue;
        end if;
        if h.job_id = r.i or exists(select from /*schema*/job j where j.id = r.i) then known := known || r.i; exit; end if;
        if h.until <= clock_timestamp() or (h.scope in (1, 2) and exists(
            select from /*schema*/attempt z where z.job_id = h.job_id and z.outcome in (2, 4, 5, 9))) then   -- the scope is over: take it
          update /*schema*/dedup d set job_id = r.i, scope = r.s, until = started_ + make_interval(secs => r.u), replaceable = coalesce(r.r, false),
            started = false where d.key = r.k and d.job_id = h.job_id;
          if found then won := won || r.i; wonkeys := wonkeys || r.k; exit; end if;
          continue;
        end if;
        if r.r and h.replaceable and not h.started then               -- the key moves to the new job, the old one is superseded
          update /*schema*/dedup d set job_id = r.i, scope = r.s, until = started_ + make_interval(secs => r.u), replaceable = true
            where d.key = r.k and d.job_id = h.job_id and not d.started;
          if found then
            perform /*schema*/end_pending(array[h.job_id], 9::smallint, 'superseded by ' || r.i);
            won := won || r.i; wonkeys := wonkeys || r.k;
            return query select r.i, 4::smallint, h.job_id; exit;
          end if;
          continue;
        end if;
        held := held || r.k; holders := holders || h.job_id; exit;
      end loop;
    end loop;
    -- every keyed job that is not stored gets its answer: its id was known, its key is held, or an equal key of this call won
    return query select t.i, case when t.i = any(known) then 2 else 3 end::smallint, case when t.i = any(known) then null else x.holder end from unnest(ids, keys) t(i, k)
      left join (select * from unnest(wonkeys, won) u(k, holder) union all select * from unnest(held, holders)) x on x.k = t.k
      where t.k is not null and t.i not in (select unnest(won));
    with j as (insert into /*schema*/job(id, lane, type, payload, max_attempts, due, timeout_ms, headers, dedup_key, key_scope, key_replace)
        select distinct on (t.o) t.i, t.l, t.k, t.p, t.m, t.d, t.tm, t.hd, t.dk, coalesce(t.sc, 0::smallint), coalesce(t.rp, false)
        from unnest(ids, lanes, types, payloads, max_attempts_, dues, timeouts, headers_, keys, scopes, replaces)
          with ordinality t(i, l, k, p, m, d, tm, hd, dk, sc, rp, o)
        where t.dk is null or t.i in (select unnest(won))
        order by t.o on conflict (id) do nothing returning job.id, job.lane, job.due),
      s as (insert into /*schema*/scheduled(run_at, job_id, lane) select due, j.id, lane from j where due > started_),
      y as (insert into /*schema*/ready(job_id, lane) select j.id, lane from j where due is null or due <= started_)
    select coalesce(array_agg(j.id), '{}') into ins from j;
    -- the id appeared between our look and the insert: give back the keys we took for it, and no other
    select array_agg(w.i), array_agg(w.k) into late, latekeys from unnest(won, wonkeys) w(i, k) where w.i not in (select unnest(ins));
    if late is not null then
      delete from /*schema*/dedup d where d.key = any(latekeys) and d.job_id = any(late);
      return query select u, 2::smallint, null::uuid from unnest(late) u;
    end if;
    return query select t.i, 2::smallint, null::uuid from unnest(ids, keys) t(i, k) where t.k is null and t.i not in (select unnest(ins));
  end if;
  if wake_ is not null then perform /*schema*/wake(wake_, me); end if;
  if dues is not null then                                            -- promoters look every two seconds; tell them of what is due before that
    select min(d) into soon from unnest(dues) d where d > started_;
    if soon < started_ + interval '5 seconds' and exists(select from /*schema*/worker w where w.id is distinct from me) then
      perform pg_notify((select m.channel from /*schema*/meta m), '@');
    end if;
  end if;
end $$;
revoke execute on function /*schema*/enqueue_jobs from public;

-- One job without a key: the same as enqueue_jobs with arrays of one, in fewer and simpler statements. Returns 0 inserted, 2 the id exists already.
create function /*schema*/enqueue_job(instance_ uuid, id_ uuid, lane_ smallint, type_ text, payload_ json, max_attempts_ smallint, delay float8,
    due_ timestamptz, timeout_ int, headers_ json, wake_ text, me uuid) returns smallint language plpgsql
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare started_ timestamptz := clock_timestamp();
begin
  if not exists(select from /*schema*/meta m where m.instance = instance_) then
    raise sqlstate 'QI001' using message = 'this database holds another queue than the one the client is configured for';
  end if;
  if delay is not null then due_ := started_ + make_interval(secs => delay); end if;
  insert into /*schema*/job(id, lane, type, payload, max_attempts, due, timeout_ms, headers)
    values (id_, lane_, type_, payload_, max_attempts_, due_, timeout_, headers_) on conflict (id) do nothing;
  if not found then return 2; end if;
  if due_ > started_ then
    insert into /*schema*/scheduled(run_at, job_id, lane) values (due_, id_, lane_);
    if due_ < started_ + interval '5 seconds' and exists(select from /*schema*/worker w where w.id is distinct from me) then
      perform pg_notify((select m.channel from /*schema*/meta m), '@');
    end if;
  else
    insert into /*schema*/ready(job_id, lane) values (id_, lane_);
    if exists(select from /*schema*/worker w where wake_ = any(w.waiting) and w.id is distinct from me) then
      perform pg_notify((select m.channel from /*schema*/meta m), wake_);
    end if;
  end if;
  return 0;
end $$;
revoke execute on function /*schema*/enqueue_job from public;
