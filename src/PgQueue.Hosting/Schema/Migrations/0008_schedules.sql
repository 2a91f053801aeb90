-- Recurring jobs. The row of a schedule is the truth: processes compute from it, whatever their own configuration says. The database's clock decides
-- what is due; unique (schedule, due) decides who runs it. DESIGN.md in Scheduling has the whole picture.

-- One row. Each change of a schedule takes the next number, so that a process can ask for what is newer than what it knows. A fire is no change.
create table /*schema*/schedule_version (version bigint not null);
insert into /*schema*/schedule_version values (0);

create table /*schema*/schedule (
  name text primary key,
  revision bigint not null,                          -- the number of its last change
  owner smallint not null,                           -- 1 code and configuration of the processes that define it, 2 the client at run time
  digest bigint not null,                            -- of the whole definition, name included
  replaced bigint[] not null default '{}',           -- digests of earlier definitions, newest first: a process that brings one of these is older
  cron text not null,
  time_zone text not null,
  gap smallint not null,
  overlap smallint not null,
  missed text not null,
  when_running smallint not null,                    -- 0 run, 1 skip, 2 queue one
  enabled boolean not null,
  type text not null,
  lane smallint not null,
  max_attempts smallint not null,
  timeout_ms int,
  headers json,
  payload json not null,
  anchor timestamptz not null,                       -- from where @every counts
  changed_at timestamptz not null default clock_timestamp(),
  paused_at timestamptz,
  next_at timestamptz,                               -- the next occurrence; null: none will come
  waiting_at timestamptz,                            -- when_running = 2: an occurrence that waits for the run before it
  waiting_since timestamptz,                         -- the first of those that it stands for
  last_at timestamptz,
  last_job uuid) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- One row an occurrence that was run, or was passed over because the run before it had not finished. The arbiter between processes.
create table /*schema*/occurrence (
  schedule text not null,
  due timestamptz not null,
  job_id uuid,                                       -- null: passed over
  fired_at timestamptz not null default clock_timestamp(),
  worker uuid,
  primary key (schedule, due));
create index occurrence_passed on /*schema*/occurrence (schedule) where job_id is null;
create index occurrence_fired on /*schema*/occurrence (fired_at);

-- Digests of the schedules that a process defines.
alter table /*schema*/worker add column definitions bigint[] not null default '{}';

create function /*schema*/announce_schedules(w uuid, digests bigint[]) returns void language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  update /*schema*/worker set definitions = digests where id = w $$;
revoke execute on function /*schema*/announce_schedules from public;

-- Whether a job has not ended yet. A job whose record is gone has ended: records of live jobs are kept.
create function /*schema*/is_live(job uuid) returns boolean language sql stable
  security definer set search_path = pg_catalog, pg_temp as $$
  select job is not null and exists(select from /*schema*/job j where j.id = job)
    and not exists(select from /*schema*/attempt r where r.job_id = job and r.outcome in (2, 4, 5, 9)) $$;
revoke execute on function /*schema*/is_live from public;

create function /*schema*/next_revision() returns bigint language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  select pg_notify(m.channel, '#') from /*schema*/meta m;
  update /*schema*/schedule_version set version = version + 1 returning version $$;
revoke execute on function /*schema*/next_revision from public;

-- Add or change one schedule. expected, seen_next: revision and next occurrence that the caller has seen, 0 and null for none. keeps_next:
-- the time does not change, so the present one stays, whatever was fired meanwhile. Gives the new revision, or null if somebody was faster.
create function /*schema*/define_schedule(instance_ uuid, name_ text, expected bigint, owner_ smallint, digest_ bigint, cron_ text, time_zone_ text, gap_ smallint,
    overlap_ smallint, missed_ text, when_running_ smallint, enabled_ boolean, type_ text, lane_ smallint, max_attempts_ smallint, timeout_ int,
    headers_ json, payload_ json, anchor_ timestamptz, next_ timestamptz, seen_next timestamptz, keeps_next boolean) returns bigint language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
declare v bigint;
begin
  if not exists(select from /*schema*/meta m where m.instance = instance_) then
    raise sqlstate 'QI001' using message = 'this database holds another queue than the one the client is configured for';
  end if;
  if (expected = 0) = exists(select from /*schema*/schedule s where s.name = name_ and (expected = 0 or s.revision = expected)) then return null; end if;
  v := /*schema*/next_revision();                    -- from here on, changes wait for each other
  if expected = 0 then
    insert into /*schema*/schedule(name, revision, owner, digest, cron, time_zone, gap, overlap, missed, when_running, enabled, type, lane, max_attempts,
        timeout_ms, headers, payload, anchor, next_at)
      values (name_, v, owner_, digest_, cron_, time_zone_, gap_, overlap_, missed_, when_running_, enabled_, type_, lane_, max_attempts_,
        timeout_, headers_, payload_, anchor_, next_) on conflict do nothing;
  else
    update /*schema*/schedule s set revision = v, owner = owner_, digest = digest_,
        replaced = (array_prepend(s.digest, array_remove(array_remove(s.replaced, digest_), s.digest)))[1:1000],
        cron = cron_, time_zone = time_zone_, gap = gap_, overlap = overlap_, missed = missed_, when_running = when_running_, enabled = enabled_,
        type = type_, lane = lane_, max_attempts = max_attempts_, timeout_ms = timeout_, headers = headers_, payload = payload_, anchor = anchor_,
        next_at = case when keeps_next then s.next_at else next_ end, changed_at = clock_timestamp(), waiting_at = case when when_running_ = 2 and enabled_ then s.waiting_at end,
        waiting_since = case when when_running_ = 2 and enabled_ then s.waiting_since end
      where s.name = name_ and s.revision = expected and (keeps_next or s.next_at is not distinct from seen_next);
  end if;
  return case when found then v end;
end $$;
revoke execute on function /*schema*/define_schedule from public;

-- Pause, or resume with the next occurrence that the caller computed. expected as above. Gives the new revision or null.
create function /*schema*/pause_schedule(name_ text, expected bigint, paused boolean, next_ timestamptz) returns bigint language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
declare v bigint;
begin
  v := /*schema*/next_revision();
  update /*schema*/schedule s set revision = v, paused_at = case when paused then clock_timestamp() end,
      next_at = case when paused then s.next_at else next_ end
    where s.name = name_ and s.revision = expected and (s.paused_at is null) = paused;
  return case when found then v end;
end $$;
revoke execute on function /*schema*/pause_schedule from public;

-- 1 removed, 0 there is none, 2 a live process defines it and would bring it back.
create function /*schema*/remove_schedule(name_ text) returns smallint language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform /*schema*/next_revision();
  if exists(select from /*schema*/schedule s join /*schema*/worker w on s.digest = any(w.definitions) or s.replaced && w.definitions
      where s.name = name_ and s.owner = 1 and w.expires_at > clock_timestamp()) then return 2; end if;
  delete from /*schema*/schedule where name = name_;
  if not found then return 0; end if;
  delete from /*schema*/occurrence o where o.schedule = name_ and o.job_id is null;   -- another schedule of that name does not count them
  return 1;
end $$;
revoke execute on function /*schema*/remove_schedule from public;

-- Fire what is due, in one transaction with the schedules' advance. For each of names: the revision and the next occurrence the caller knows, and the
-- one that comes after this call. runs: the occurrences to run, with the first missed one that each stands for, its job's id and headers.
-- planned: the instant that the caller took for now. A schedule is left alone if somebody else was faster, it was changed or paused, or that instant has not come. Gives the present row of every
-- schedule asked for, and the instant.
create function /*schema*/fire_schedules(names text[], revisions bigint[], dues timestamptz[], nexts timestamptz[], runs_of text[], runs timestamptz[],
    sinces timestamptz[], ids uuid[], headers_ json[], me uuid, planned timestamptz)
  returns table(name text, revision bigint, next_at timestamptz, waiting_at timestamptz, waiting_since timestamptz, paused boolean, jobs int,
    lane smallint, now_ timestamptz) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare at_ timestamptz := clock_timestamp(); mine text[]; fired text[] := '{}'; moved smallint[];
begin
  select coalesce(array_agg(x.name), '{}') into mine from (
    select s.name from unnest(names, revisions, dues) p(n, r, d) join /*schema*/schedule s on s.name = p.n
    where planned <= at_ and s.revision = p.r and s.next_at = p.d and p.d <= at_ and s.paused_at is null and s.enabled
      and not exists(select from unnest(runs_of, runs) o(n, t) where o.n = p.n and o.t > at_)
    order by s.name for update of s) x;
  if cardinality(mine) > 0 then
    with o as materialized (select u.n, u.t, u.since, u.id, u.h, s.lane, s.type, s.max_attempts, s.timeout_ms, s.payload, s.when_running,
        s.when_running = 0 or (row_number() over (partition by u.n order by u.t) = 1 and s.waiting_at is null and not /*schema*/is_live(s.last_job)) goes
      from unnest(runs_of, runs, sinces, ids, headers_) u(n, t, since, id, h) join /*schema*/schedule s on s.name = u.n where u.n = any(mine)),
    r as (insert into /*schema*/occurrence(schedule, due, job_id, worker)
      select o.n, o.t, case when o.goes then o.id end, me from o where o.goes or o.when_running = 1 on conflict do nothing returning schedule, due, job_id),
    j as (insert into /*schema*/job(id, due, lane, type, max_attempts, timeout_ms, headers, payload)
      select o.id, o.t, o.lane, o.type, o.max_attempts, o.timeout_ms, o.h, o.payload from r join o on o.n = r.schedule and o.t = r.due
      where r.job_id is not null on conflict (id) do nothing returning job.id, job.lane),
    y as (insert into /*schema*/ready(job_id, lane) select j.id, j.lane from j),
    a as (select o.n, max(o.t) filter (where j.id is not null) ran, max(o.t) filter (where not o.goes) held,
        min(coalesce(o.since, o.t)) filter (where not o.goes) since, (array_agg(j.id order by o.t desc) filter (where j.id is not null))[1] job
      from o left join j on j.id = o.id group by o.n),
    w as (update /*schema*/schedule s set next_at = p.x, last_at = coalesce(a.ran, s.last_at), last_job = coalesce(a.job, s.last_job),
        waiting_at = case when s.when_running = 2 then coalesce(a.held, s.waiting_at) end,
        waiting_since = case when s.when_running = 2 then coalesce(s.waiting_since, a.since) end
      from unnest(names, nexts) p(n, x) left join a on a.n = p.n where s.name = p.n and p.n = any(mine))
    select coalesce(array_agg(o.n), '{}'), array_agg(distinct j.lane) into fired, moved from j join o on o.id = j.id;
    if moved is not null then perform /*schema*/wake_lanes(moved, me); end if;
  end if;
  return query select s.name, s.revision, s.next_at, s.waiting_at, s.waiting_since, s.paused_at is not null,
      (select count(*)::int from unnest(fired) f where f = s.name), s.lane, clock_timestamp()
    from /*schema*/schedule s where s.name = any(names);
end $$;
revoke execute on function /*schema*/fire_schedules from public;

-- Run occurrences that waited for the run before them, now that it has ended. waits: what the caller has seen as waiting_at.
create function /*schema*/fire_waiting(names text[], waits timestamptz[], ids uuid[], headers_ json[], me uuid)
  returns table(name text, revision bigint, next_at timestamptz, waiting_at timestamptz, waiting_since timestamptz, paused boolean, jobs int,
    lane smallint, now_ timestamptz) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare mine text[]; fired text[]; moved smallint[];
begin
  select coalesce(array_agg(x.name), '{}') into mine from (
    select s.name from unnest(names, waits) p(n, t) join /*schema*/schedule s on s.name = p.n
    where s.waiting_at = p.t and s.paused_at is null and s.enabled order by s.name for update of s) x;
  with o as materialized (select u.*, s.lane, s.type, s.max_attempts, s.timeout_ms, s.payload
      from unnest(names, waits, ids, headers_) u(n, t, id, h) join /*schema*/schedule s on s.name = u.n
      where u.n = any(mine) and not /*schema*/is_live(s.last_job)),
    r as (insert into /*schema*/occurrence(schedule, due, job_id, worker) select o.n, o.t, o.id, me from o on conflict do nothing returning schedule),
    j as (insert into /*schema*/job(id, due, lane, type, max_attempts, timeout_ms, headers, payload)
      select o.id, o.t, o.lane, o.type, o.max_attempts, o.timeout_ms, o.h, o.payload from o join r on r.schedule = o.n
      on conflict (id) do nothing returning job.id, job.lane),
    y as (insert into /*schema*/ready(job_id, lane) select j.id, j.lane from j),
    w as (update /*schema*/schedule s set waiting_at = null, waiting_since = null, last_at = o.t, last_job = coalesce((select j.id from j where j.id = o.id), s.last_job)
      from o where s.name = o.n)
    select coalesce(array_agg(o.n), '{}'), array_agg(distinct j.lane) into fired, moved from j join o on o.id = j.id;
  if moved is not null then perform /*schema*/wake_lanes(moved, me); end if;
  return query select s.name, s.revision, s.next_at, s.waiting_at, s.waiting_since, s.paused_at is not null,
      (select count(*)::int from unnest(fired) f where f = s.name), s.lane, clock_timestamp()
    from /*schema*/schedule s where s.name = any(names);
end $$;
revoke execute on function /*schema*/fire_waiting from public;

-- Run a schedule's job now, beside its occurrences. A schedule that must not overlap gives the run that has not ended instead.
create function /*schema*/trigger_schedule(name_ text, id_ uuid, headers_ json, me uuid, out job uuid, out is_new boolean, out lane_ smallint)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare s /*schema*/schedule;
begin
  select * into s from /*schema*/schedule x where x.name = name_ for update;
  if not found then return; end if;
  lane_ := s.lane;
  if s.when_running <> 0 and /*schema*/is_live(s.last_job) then
    job := s.last_job; is_new := false;
    return;
  end if;
  insert into /*schema*/job(id, lane, type, max_attempts, timeout_ms, headers, payload)
    values (id_, s.lane, s.type, s.max_attempts, s.timeout_ms, headers_, s.payload) on conflict (id) do nothing;
  is_new := found;
  job := id_;
  if not is_new then return; end if;
  insert into /*schema*/ready(job_id, lane) values (id_, s.lane);
  update /*schema*/schedule x set last_at = clock_timestamp(), last_job = id_ where x.name = name_;
  perform /*schema*/wake_lanes(array[s.lane], me);
end $$;
revoke execute on function /*schema*/trigger_schedule from public;

-- What has passed retention, at most 10,000 a call.
create function /*schema*/drop_occurrences(keep interval) returns bigint language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  with d as (delete from /*schema*/occurrence where ctid = any(array(
    select o.ctid from /*schema*/occurrence o where o.fired_at < now() - keep order by o.fired_at limit 10000 for update skip locked)) returning 1)
  select count(*) from d $$;
revoke execute on function /*schema*/drop_occurrences from public;
