-- Claim, gate, settle, detach, complete in the user's transaction.

-- Claim up to lim jobs: lanes in priority order, los = exclusive lower bounds a lane. SQLSTATE QW001: this worker is dead. tomb: settle with that
-- outcome instead of running; 8: its type is paused. gate: call gate_jobs before running. The body is left-joined, so a missing one is seen, not lost.
create function /*schema*/claim_jobs(w uuid, lanes_ smallint[], los bigint[], lim int)
  returns table(lease_id bigint, seq bigint, lane smallint, attempt smallint, crashes smallint, id uuid, type text, max_attempts smallint,
    timeout_ms int, keyed boolean, gate boolean, tomb smallint, created_at timestamptz, due timestamptz, headers json, payload json)
  language plpgsql rows 200 security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off
  set enable_hashjoin = off set enable_mergejoin = off set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare pauses boolean;
begin
  -- a plain read: a claim that races its worker's death makes a lease without a worker, which the next rescue finds
  select exists(select from /*schema*/pause p where p.resumed_at is null) into pauses from /*schema*/worker x where x.id = w;
  if not found then raise sqlstate 'QW001' using message = 'the worker is not registered or was declared dead'; end if;
  if pauses then   -- lanes of paused queues are left out; their rows stay in sight of advance, so no bound passes them
    select array_agg(u.lane order by u.ord), array_agg(u.lo order by u.ord) into lanes_, los from unnest(lanes_, los) with ordinality u(lane, lo, ord)
      where not exists(select from /*schema*/lane k join /*schema*/pause p on p.kind = 1 and p.name = k.queue and p.resumed_at is null where k.lane = u.lane);
    if lanes_ is null then return; end if;
  end if;
  return query with pick as materialized (
      select p.rid from unnest(lanes_, los) with ordinality l(lane, lo, ord)
      cross join lateral (select r.ctid rid from /*schema*/ready r where r.lane = l.lane and r.seq > l.lo
        order by r.seq limit lim for update skip locked) p limit lim),
    c as (delete from /*schema*/ready where ctid = any(array(select rid from pick))
      returning seq, job_id, lane, least(attempt + 1, 32767)::smallint attempt, crashes),
    l as (insert into /*schema*/lease(worker, job_ids, attempts, lanes, crashes)
      select w, array_agg(job_id), array_agg(attempt), array_agg(lane), array_agg(crashes) from c having count(*) > 0 returning id)
    select (select id from l), c.seq, c.lane, c.attempt, c.crashes, c.job_id, j.type, j.max_attempts, j.timeout_ms, j.key_scope in (1, 2),
      j.key_scope = 2 or j.key_replace,
      coalesce(case when (select exists(select from /*schema*/tombstone)) then (select t.outcome from /*schema*/tombstone t where t.job_id = c.job_id) end,
        case when pauses and /*schema*/is_paused(j.type) then 8::smallint end), j.created_at, j.due, j.headers, j.payload
    from c left join /*schema*/job j on j.id = c.job_id;
end $$;
revoke execute on function /*schema*/claim_jobs from public;

-- Once a claimed batch that holds gate jobs, before they run: ends "until started" and makes a replace refuse from here on.
-- verdict 1 run, 4, 5 or 9 settle with it, 0 busy: somebody's open transaction is replacing it; snooze it.
create function /*schema*/gate_jobs(jobs uuid[]) returns table(job uuid, verdict smallint) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  return query with k as materialized (
      select d.ctid tid, d.job_id, d.scope from /*schema*/job j join /*schema*/dedup d on d.key = j.dedup_key
      where j.id = any(jobs) and d.job_id = j.id order by d.key for update of d skip locked),
    del as (delete from /*schema*/dedup where ctid = any(array(select tid from k where scope = 2))),
    upd as (update /*schema*/dedup set started = true where ctid = any(array(select tid from k where scope <> 2)) and not started)
  select u, coalesce((select t.outcome from /*schema*/tombstone t where t.job_id = u), case when k.job_id is not null then 1
      when exists(select from /*schema*/dedup d where d.job_id = u and d.key = (select j.dedup_key from /*schema*/job j where j.id = u)) then 0
      else 1 end::smallint)
  from unnest(jobs) u left join k on k.job_id = u;
end $$;
revoke execute on function /*schema*/gate_jobs from public;

-- Settle a flush. leases: the distinct leases, ascending; n: how many of this flush's outcomes belong to each, or -1 while other jobs of the lease
-- are open or not known to be committed as settled. l..errors: one element an outcome. ago: milliseconds since the start. delays: seconds, for
-- outcomes 3, 7, 8. ln: the lane to go back to. cr: crashes to keep. keyed: finished jobs with a scope 1 or 2 key. tombs: finished jobs that had a
-- tombstone. recheck: an earlier send of any of these had an unknown end; what is settled under the same lease is skipped. results, logs: what is
-- kept with the attempts; null where no outcome has any.
-- routes, rt: for the counters, the routes of these jobs and which of them each job has (null: all have the first; 0: none).
-- Returns settled (accepted), removed (subset: lease gone), busy (locked by a rescue or an open user transaction: send again later).
-- In none: fenced; the outcomes were discarded, the jobs belong to somebody else.
create function /*schema*/settle_jobs(w uuid, leases bigint[], n int[], l bigint[], j uuid[], a smallint[], ln smallint[], s smallint[],
    ago int[] default null, errors text[] default null, delays float8[] default null, cr smallint[] default null, keyed uuid[] default null,
    tombs uuid[] default null, recheck boolean default false, results json[] default null, logs json[] default null, routes text[] default null, rt smallint[] default null, out settled bigint[], out removed bigint[], out busy bigint[]) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_mergejoin = off
  set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_variable
declare fin bigint[]; more bigint[];
begin
  -- without these an outcome that keeps the job alive would put it nowhere
  if (cr is null and 6 = any(s)) or (delays is null and s && '{3,7,8}'::smallint[]) then
    raise sqlstate '22004' using message = 'outcome 6 needs crashes; outcomes 3, 7 and 8 need delays';
  end if;
  if recheck then      -- the lock first, in its own statement: the next snapshot then sees whatever the earlier send committed
    select array_agg(x.id) into fin from (select le.id from /*schema*/lease le where le.id = any(leases) order by le.id for update skip locked) x;
    select array_agg(le.id) into busy from /*schema*/lease le where le.id = any(leases) and le.id <> all(coalesce(fin, '{}'));
    leases := coalesce(fin, '{}');
    select array_agg(null::int) into n from unnest(leases);
  end if;
  with lk as materialized (
      select x.* from unnest(leases, n) v(id, n) cross join lateral (
        select le.id, le.ctid tid, cardinality(le.job_ids) = v.n del from /*schema*/lease le where le.id = v.id for update skip locked) x),
    d as (delete from /*schema*/lease where ctid = any(array(select tid from lk where del)) returning id),
    u as materialized (select t.* from unnest(l, j, a, ln, s, ago, errors, results, logs, rt) t(l, j, a, ln, s, ago, err, res, log, rt) where t.l in (select id from lk)
      and not (recheck and exists(select from /*schema*/attempt r where r.job_id = t.j and r.lease_id = t.l))),
    i as (insert into /*schema*/attempt(lease_id, job_id, attempt, outcome, lane, worker, error, started_at, result, log)
      select u.l, u.j, u.a, u.s, u.ln, w,
        case when u.s in (4, 5, 9) then coalesce(u.err, (select t.reason from /*schema*/tombstone t where t.job_id = u.j)) else u.err end, now() - u.ago * interval '1 millisecond', u.res, u.log from u),
    c as (insert into /*schema*/counter(bucket, lane, outcome, n, route) select to_timestamp(floor(extract(epoch from now()) / 10) * 10), u.ln, u.s, count(*),
        coalesce(routes[coalesce(u.rt, 1)], case when u.s in (4, 5, 9) then /*schema*/route_of_job(u.j) end, '')
      from u group by u.ln, u.s, 5),
    -- settled jobs that stay alive; (l) is locked and each outcome is new, so each goes to exactly one place
    sc as (insert into /*schema*/scheduled(run_at, job_id, lane, attempt, crashes, deferred)
      select now() + make_interval(secs => coalesce(t.dl, 0)), u.j, u.ln, case when u.s = 3 then u.a else u.a - 1 end, coalesce(t.cr, 0), u.s = 8
      from unnest(l, j, delays, cr) t(l, j, dl, cr) join u on u.j = t.j and u.l = t.l where delays is not null and u.s in (3, 7, 8)),
    re as (insert into /*schema*/ready(job_id, lane, attempt, crashes) select u.j, u.ln, u.a - 1, coalesce(t.cr, 0)
      from unnest(l, j, cr) t(l, j, cr) join u on u.j = t.j and u.l = t.l where cr is not null and u.s = 6)
  select (select array_agg(id) from lk), (select array_agg(id) from d) into settled, removed;
  if cardinality(leases) > coalesce(cardinality(settled), 0) then
    select busy || array_agg(le.id) into busy from /*schema*/lease le where le.id = any(leases) and le.id <> all(coalesce(settled, '{}'));
  end if;
  -- the last part of a lease (the client says all its jobs are settled): verify against the attempts, our own included, then delete. If we die
  -- before this commits nothing happened; if the client never asks, rescue or sweep deletes it with no effect.
  if settled is not null and (recheck or (select count(*) from unnest(n) v where v >= 0) > coalesce(cardinality(removed), 0)) then
    with d as (delete from /*schema*/lease le where le.id = any(settled) and le.id <> all(coalesce(removed, '{}'))
        and (recheck or le.id in (select v.id from unnest(leases, n) v(id, n) where v.n >= 0))
        and not exists(select from unnest(le.job_ids) x(id) where not exists(select from /*schema*/attempt r
          where r.job_id = x.id and r.lease_id = le.id and r.finished_at >= le.claimed_at - interval '1 day')) returning le.id)
    select array_agg(id) into more from d;
    removed := removed || more;
  end if;
  -- of accepted outcomes only: a job whose lease was busy or is lost is alive, and so are its key and its tombstone
  if keyed is not null then
    perform /*schema*/free_keys(array(select x.job from unnest(l, j) x(lease, job) where x.lease = any(settled) and x.job = any(keyed)));
  end if;
  if tombs is not null then
    delete from /*schema*/tombstone where job_id = any(array(select x.job from unnest(l, j) x(lease, job) where x.lease = any(settled) and x.job = any(tombs)));
  end if;
  if exists(select from /*schema*/waiter) then
    perform /*schema*/tell_waiters(array(select x.job from unnest(l, j, s) x(lease, job, o) where x.lease = any(settled) and x.o in (2, 4, 5, 9)));
  end if;
end $$;
revoke execute on function /*schema*/settle_jobs from public;

-- Give jobs of a batch lease leases of their own (before completing inside a user's transaction; or so that one endless job does not keep an
-- old batch lease alive). No row: fenced or busy. Already alone: the same lease id comes back.
create function /*schema*/detach_jobs(le bigint, jobs uuid[]) returns table(job uuid, lease_id bigint) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare o /*schema*/lease;
begin
  select * into o from /*schema*/lease x where x.id = le for update skip locked;
  if not found then return; end if;
  if cardinality(o.job_ids) = 1 then return query select o.job_ids[1], le where o.job_ids[1] = any(jobs); return; end if;
  return query with t as materialized (
      select x.*, exists(select from /*schema*/attempt r where r.job_id = x.j and r.lease_id = le
        and r.finished_at >= o.claimed_at - interval '1 day') settled
      from unnest(o.job_ids, o.attempts, o.lanes, o.crashes) x(j, a, l, c)),
    m as (select * from t where not settled and j = any(jobs)),
    n as (insert into /*schema*/lease(worker, job_ids, attempts, lanes, crashes)
      select o.worker, array[j], array[a], array[l], array[c] from m returning id, job_ids[1] j),
    k as (select array_agg(j) j, array_agg(a) a, array_agg(l) l, array_agg(c) c from t where not settled and not coalesce(j = any(jobs), false)),
    up as (update /*schema*/lease x set job_ids = k.j, attempts = k.a, lanes = k.l, crashes = k.c from k where x.id = le and k.j is not null),
    dl as (delete from /*schema*/lease x using k where x.id = le and k.j is null)
  select n.j, n.id from n;
end $$;
revoke execute on function /*schema*/detach_jobs from public;

-- Complete inside the user's transaction: deletes the job's own lease, so a commit settles it and a rollback restores it. Everybody else skips the
-- locked row, and after the commit finds it gone. Repeatable read: 40001 if it was rescued. SQLSTATE QF001: fenced.
create function /*schema*/complete_in_transaction(instance_ uuid, w uuid, le bigint, jb uuid, ago int, result_ json default null,
    log_ json default null) returns void language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare o /*schema*/lease;
begin
  if not exists(select from /*schema*/meta m where m.instance = instance_) then
    raise sqlstate 'QI001' using message = 'this database holds another queue than the one the client is configured for';
  end if;
  delete from /*schema*/lease x where x.id = le and x.worker = w and x.job_ids = array[jb] returning * into o;
  if not found then raise sqlstate 'QF001' using message = 'the lease is lost or was not detached'; end if;
  insert into /*schema*/attempt(lease_id, job_id, attempt, outcome, lane, worker, started_at, result, log)
    values (le, jb, o.attempts[1], 2, o.lanes[1], w, clock_timestamp() - ago * interval '1 millisecond', result_, log_);
  insert into /*schema*/counter(bucket, lane, outcome, n, route)
    values (to_timestamp(floor(extract(epoch from clock_timestamp()) / 10) * 10), o.lanes[1], 2, 1, /*schema*/route_of_job(jb));
  if exists(select from /*schema*/job j where j.id = jb and j.dedup_key is not null) then perform /*schema*/free_keys(array[jb]); end if;
  if exists(select from /*schema*/waiter) then perform /*schema*/tell_waiters(array[jb]); end if;
end $$;
revoke execute on function /*schema*/complete_in_transaction from public;
