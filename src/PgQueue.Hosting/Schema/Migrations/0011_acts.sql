-- What operators do: pauses, acts on one job or on many, and the record of them.

-- Usually empty: a claim looks whether it is. kind: 1 a queue, 2 a type, or all types of a prefix if the name ends in *. resumed_at: of a type, for two
-- hours: jobs that were parked for it may still come in, and are recalled.
create table /*schema*/pause (
  kind smallint not null,
  name text not null,
  reason text,
  actor text not null,
  since timestamptz not null default clock_timestamp(),
  resumed_at timestamptz,
  primary key (kind, name));

-- One row an act; of an act on many jobs, count grows with each batch, in its transaction.
create table /*schema*/audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  act text not null,
  target text not null,
  reason text,
  count bigint not null default 0);
create index audit_at on /*schema*/audit (at);

-- The lane of a job whose priority was changed, for those who look at it while it is ready: its row in ready is found by no job id.
create table /*schema*/moved (
  job_id uuid primary key,
  lane smallint not null,
  at timestamptz not null default clock_timestamp());
create index moved_at on /*schema*/moved (at);

-- A new line, or n more for the line of an act on many. Gives the line.
create function /*schema*/note_act(line_ bigint, actor_ text, act_ text, target_ text, reason_ text, n bigint) returns bigint language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
begin
  if line_ is null then
    insert into /*schema*/audit(actor, act, target, reason, count) values (actor_, act_, target_, reason_, n) returning id into line_;
  elsif n > 0 then
    update /*schema*/audit set count = count + n where id = line_;
  end if;
  return line_;
end $$;
revoke execute on function /*schema*/note_act from public;

create function /*schema*/is_paused(type_ text) returns boolean language sql stable
  security definer set search_path = pg_catalog, pg_temp as $$
  select exists(select from /*schema*/pause p where p.kind = 2 and p.resumed_at is null
    and (p.name = type_ or right(p.name, 1) = '*' and starts_with(type_, left(p.name, -1)))) $$;
revoke execute on function /*schema*/is_paused from public;

-- Take rows out of ready for an act: by lane and seq where the caller has read them, else by a scan. What is being claimed is left. not_in: lanes of
-- which none is taken.
create function /*schema*/take_ready(jobs uuid[], lanes_ smallint[], seqs bigint[], not_in smallint[]) returns setof /*schema*/ready language plpgsql
  security definer set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  if seqs is null then
    return query delete from /*schema*/ready where ctid = any(array(select r.ctid from /*schema*/ready r
      where r.job_id = any(jobs) and r.lane <> all(not_in) for update skip locked)) returning *;
  else
    return query delete from /*schema*/ready where ctid = any(array(select r.ctid from unnest(lanes_, seqs, jobs) u(lane, seq, job)
      join /*schema*/ready r on r.lane = u.lane and r.seq = u.seq and r.job_id = u.job and r.lane <> all(not_in) for update of r skip locked)) returning *;
  end if;
end $$;
revoke execute on function /*schema*/take_ready from public;

-- Where a job is: 1 ready, 2 scheduled, 3 running, 4 finished, 5 unknown, 0 on its way from one place to another.
create function /*schema*/place_of(job uuid) returns smallint language sql volatile
  security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  select case when exists(select from /*schema*/attempt r where r.job_id = job and r.outcome in (2, 4, 5, 9)) then 4
    when exists(select from /*schema*/scheduled s where s.job_id = job) then 2
    when exists(select from /*schema*/lease l where job = any(l.job_ids)
      and not exists(select from /*schema*/attempt r where r.job_id = job and r.lease_id = l.id)) then 3
    when exists(select from /*schema*/ready r where r.job_id = job) then 1
    when not exists(select from /*schema*/job j where j.id = job) then 5 else 0 end::smallint $$;
revoke execute on function /*schema*/place_of from public;

-- End jobs as cancelled (5) or failed (4): ready and scheduled ones here and now, running ones by a tombstone. done: 0 ended, 1 asked to end, 2 asked to
-- end before, 4 finished, 5 unknown. line_: of an act on many.
create function /*schema*/end_jobs(jobs uuid[], lanes_ smallint[], seqs bigint[], outcome_ smallint, why text, line_ bigint, actor_ text, act_ text,
    target_ text, reason_ text) returns table(job uuid, done smallint) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare gone uuid[]; asked uuid[]; ids uuid[]; results smallint[];
begin
  with d as materialized (select * from /*schema*/take_ready(jobs, lanes_, seqs, '{}')),
    r as (insert into /*schema*/attempt(lease_id, job_id, attempt, outcome, lane, error)
      select 0, d.job_id, d.attempt, outcome_, d.lane, why from d),
    c as (insert into /*schema*/counter(bucket, lane, outcome, n, route) select to_timestamp(floor(extract(epoch from clock_timestamp()) / 10) * 10), d.lane, outcome_, count(*), /*schema*/route_of_job(d.job_id)
      from d group by d.lane, 5)
  select coalesce(array_agg(d.job_id), '{}') into gone from d;
  perform /*schema*/free_keys(gone);
  if exists(select from /*schema*/waiter) then perform /*schema*/tell_waiters(gone); end if;
  select coalesce(array_agg(t.job_id), '{}') into asked from /*schema*/tombstone t where t.job_id = any(jobs);
  select array_agg(u.id), array_agg(case when u.id = any(gone) or e.settled then 0 when not e.settled then case when u.id = any(asked) then 2 else 1 end
      when exists(select from /*schema*/job j where j.id = u.id) then 4 else 5 end::smallint) into ids, results
    from unnest(jobs) u(id) left join /*schema*/end_pending(array(select x from unnest(jobs) x where x <> all(gone)), outcome_, why) e on e.job = u.id;
  delete from /*schema*/tombstone t where t.job_id = any(gone);
  perform /*schema*/note_act(line_, actor_, act_, target_, reason_, (select count(*) from unnest(results) x where x in (0, 1)));
  return query select * from unnest(ids, results);
end $$;
revoke execute on function /*schema*/end_jobs from public;

-- Let ready and scheduled jobs run at that time; one that has come means now. Gives those that changed.
create function /*schema*/move_in_time(jobs uuid[], lanes_ smallint[], seqs bigint[], at_ timestamptz, me uuid) returns uuid[] language plpgsql
  security definer set search_path = pg_catalog, pg_temp set jit = off set plan_cache_mode = force_generic_plan as $$
declare later boolean := at_ > clock_timestamp(); changed uuid[]; more uuid[]; back smallint[];
begin
  with d as (delete from /*schema*/scheduled where ctid = any(array(select s.ctid from /*schema*/scheduled s
        where s.job_id = any(jobs) and not (later and s.run_at = at_ and not s.deferred) order by s.job_id for update skip locked)) returning *),
    l as (insert into /*schema*/scheduled(run_at, job_id, lane, attempt, crashes) select at_, d.job_id, d.lane, d.attempt, d.crashes from d where later),
    n as (insert into /*schema*/ready(job_id, lane, attempt, crashes) select d.job_id, d.lane, d.attempt, d.crashes from d where not later order by d.run_at)
  select coalesce(array_agg(d.job_id), '{}'), array_agg(distinct d.lane) into changed, back from d;
  if not later then
    if back is not null then perform /*schema*/wake_lanes(back, me); end if;
    return changed;
  end if;
  with d as materialized (select * from /*schema*/take_ready(jobs, lanes_, seqs, '{}')),
    l as (insert into /*schema*/scheduled(run_at, job_id, lane, attempt, crashes) select at_, d.job_id, d.lane, d.attempt, d.crashes from d)
  select array_agg(d.job_id) into more from d;
  changed := changed || more;
  -- promoters look every two seconds
  if cardinality(changed) > 0 and at_ < clock_timestamp() + interval '5 seconds' then
    perform pg_notify((select m.channel from /*schema*/meta m), '@');
  end if;
  return changed;
end $$;
revoke execute on function /*schema*/move_in_time from public;

-- Let ready and scheduled jobs run with that priority: the lane of the same queue, isolated if it was. Gives those that changed.
create function /*schema*/move_in_rank(jobs uuid[], lanes_ smallint[], seqs bigint[], priority_ smallint, me uuid) returns uuid[] language plpgsql
  security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare q text; there smallint[]; changed uuid[]; back smallint[];
begin
  for q in select distinct l.queue from /*schema*/job j join /*schema*/lane l on l.lane = j.lane where j.id = any(jobs) order by 1 loop
    perform /*schema*/ensure_lane(q, priority_);
  end loop;
  there := array(select l.lane from /*schema*/lane l where l.priority = priority_);
  with d as materialized (select * from /*schema*/take_ready(jobs, lanes_, seqs, there)),
    s as (delete from /*schema*/scheduled where ctid = any(array(select x.ctid from /*schema*/scheduled x
      where x.job_id = any(jobs) and x.lane <> all(there) order by x.job_id for update skip locked)) returning *),
    t as materialized (select f.lane as old, x.lane as new from /*schema*/lane f join /*schema*/lane x on x.queue = f.queue and x.isolated = f.isolated and x.priority = priority_),
    i as (insert into /*schema*/ready(job_id, lane, attempt, crashes)
      select d.job_id, coalesce((select t.new from t where t.old = d.lane), d.lane), d.attempt, d.crashes from d order by d.seq),
    l as (insert into /*schema*/scheduled(run_at, job_id, lane, attempt, crashes, deferred)
      select s.run_at, s.job_id, coalesce((select t.new from t where t.old = s.lane), s.lane), s.attempt, s.crashes, s.deferred from s),
    b as (select d.job_id, d.lane from d union all select s.job_id, s.lane from s),
    m as (insert into /*schema*/moved(job_id, lane) select b.job_id, t.new from b join t on t.old = b.lane order by b.job_id
      on conflict (job_id) do update set lane = excluded.lane, at = excluded.at)
  select coalesce(array_agg(b.job_id), '{}'), array_agg(distinct t.new) into changed, back from b left join t on t.old = b.lane;
  if back is not null then perform /*schema*/wake_lanes(back, me); end if;
  return changed;
end $$;
revoke execute on function /*schema*/move_in_rank from public;

-- One job, wherever it is. done: 0 changed, 2 it is so already, 3 it runs, 4 it has finished, 5 unknown. One that is on its way between two places is
-- looked for again.
create function /*schema*/move_job(id_ uuid, at_ timestamptz, priority_ smallint, me uuid, actor_ text, act_ text, target_ text) returns smallint language plpgsql
  security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare done smallint := 3; place smallint; changed uuid[];
begin
  for tries in 1..20 loop
    changed := case when priority_ is null then /*schema*/move_in_time(array[id_], null, null, at_, me)
      else /*schema*/move_in_rank(array[id_], null, null, priority_, me) end;
    if cardinality(changed) > 0 then done := 0; exit; end if;
    place := /*schema*/place_of(id_);
    if place in (3, 4, 5) then done := place; exit; end if;
    -- left where it is because it is right there; else somebody is moving it, or has just moved it to where we looked first
    if priority_ is null and (place = 1 and at_ <= clock_timestamp() or place = 2 and exists(
        select from /*schema*/scheduled s where s.job_id = id_ and s.run_at = at_ and not s.deferred))
      or priority_ is not null and (
        exists(select from /*schema*/scheduled s join /*schema*/lane l on l.lane = s.lane where place = 2 and s.job_id = id_ and l.priority = priority_)
        or exists(select from /*schema*/ready r join /*schema*/lane l on l.lane = r.lane where place = 1 and r.job_id = id_ and l.priority = priority_)) then
      done := 2; exit;
    end if;
    perform pg_sleep(0.01 * tries);
  end loop;
  perform /*schema*/note_act(null, actor_, act_, target_, null, case done when 0 then 1 else 0 end);
  return done;
end $$;
revoke execute on function /*schema*/move_job from public;

-- A batch of an act on many. Gives how many changed.
create function /*schema*/move_many(jobs uuid[], lanes_ smallint[], seqs bigint[], at_ timestamptz, priority_ smallint, me uuid, line_ bigint) returns int language plpgsql
  security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare n int;
begin
  n := cardinality(case when priority_ is null then /*schema*/move_in_time(jobs, lanes_, seqs, at_, me)
    else /*schema*/move_in_rank(jobs, lanes_, seqs, priority_, me) end);
  perform /*schema*/note_act(line_, null, null, null, null, n);
  return n;
end $$;
revoke execute on function /*schema*/move_many from public;

-- From the commit on no claim starts a job of it. Every worker is told, and hands back what it holds and has not started. Gives whether it changed.
create function /*schema*/pause_work(kind_ smallint, name_ text, reason_ text, actor_ text) returns boolean language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  insert into /*schema*/pause as p (kind, name, reason, actor) values (kind_, name_, reason_, actor_)
    on conflict (kind, name) do update set reason = excluded.reason, actor = excluded.actor, since = clock_timestamp(), resumed_at = null
    where p.resumed_at is not null;
  get diagnostics n = row_count;
  perform /*schema*/note_act(null, actor_, case kind_ when 1 then 'pause-queue' else 'pause-type' end, name_, reason_, n);
  if n > 0 then perform pg_notify((select m.channel from /*schema*/meta m), '@'); end if;
  return n > 0;
end $$;
revoke execute on function /*schema*/pause_work from public;

create function /*schema*/resume_work(kind_ smallint, name_ text, actor_ text) returns boolean language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  if kind_ = 1 then
    delete from /*schema*/pause p where p.kind = 1 and p.name = name_;
  else
    update /*schema*/pause p set resumed_at = clock_timestamp() where p.kind = kind_ and p.name = name_ and p.resumed_at is null;
  end if;
  get diagnostics n = row_count;
  perform /*schema*/note_act(null, actor_, case kind_ when 1 then 'resume-queue' else 'resume-type' end, name_, null, n);
  if n > 0 then
    perform pg_notify((select m.channel from /*schema*/meta m), '@');
    if kind_ = 1 then perform /*schema*/wake(array[name_], null); end if;
  end if;
  return n > 0;
end $$;
revoke execute on function /*schema*/resume_work from public;

-- Make jobs ready that were parked for types that were resumed: at most lim, from the id after_ on. hi: where to go on; null at the end.
-- A lease lasts an hour at most, so two hours after the resume nobody can park one that was claimed before it.
create function /*schema*/recall_resumed(after_ uuid, lim int, me uuid, out n bigint, out hi uuid) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set jit = off set plan_cache_mode = force_generic_plan set enable_bitmapscan = off set enable_sort = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare back smallint[]; last uuid; names text[]; prefixes text[];
begin
  n := 0;
  -- in variables: as a join the planner would start from the few names and sort all parked jobs for every batch
  select array_agg(p.name), array_agg(left(p.name, -1)) filter (where right(p.name, 1) = '*') into names, prefixes
    from /*schema*/pause p where p.kind = 2 and p.resumed_at is not null;
  if names is null then return; end if;
  with f as materialized (select s.ctid tid, s.job_id from /*schema*/scheduled s join /*schema*/job j on j.id = s.job_id
      where s.deferred and s.job_id > after_ and (j.type = any(names) or exists(select from unnest(prefixes) x where starts_with(j.type, x)))
        and not /*schema*/is_paused(j.type)
      order by s.job_id limit lim for update of s skip locked),
    d as (delete from /*schema*/scheduled where ctid = any(array(select f.tid from f)) returning job_id, lane, attempt, crashes),
    i as (insert into /*schema*/ready(job_id, lane, attempt, crashes) select d.job_id, d.lane, d.attempt, d.crashes from d order by d.job_id)
  select count(*), array_agg(distinct d.lane), (array_agg(d.job_id order by d.job_id desc))[1] into n, back, last from d;
  if n > 0 then perform /*schema*/wake_lanes(back, me); end if;
  if n = lim then hi := last; end if;
  delete from /*schema*/pause p where p.resumed_at < clock_timestamp() - interval '2 hours';
end $$;
revoke execute on function /*schema*/recall_resumed from public;

-- What has passed its time, at most 10,000 a call.
create function /*schema*/drop_audit(keep interval) returns bigint language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  with d as (delete from /*schema*/audit where ctid = any(array(select a.ctid from /*schema*/audit a where a.at < now() - keep order by a.at limit 10000 for update skip locked)) returning 1),
    m as (delete from /*schema*/moved where ctid = any(array(select x.ctid from /*schema*/moved x where x.at < now() - keep order by x.at limit 10000 for update skip locked)) returning 1)
  select (select count(*) from d) + (select count(*) from m) $$;
revoke execute on function /*schema*/drop_audit from public;
