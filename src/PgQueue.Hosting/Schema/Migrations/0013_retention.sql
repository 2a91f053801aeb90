-- Retention: partitions come and go by the clock, what must stay is carried over to the default partitions and goes from there row by row once its time is over.
-- Everything here may be run by any process at any time, beside the workers. Schema/DESIGN.md has the whole picture.

-- What the processes ask for. queue '': all queues. Seconds; Infinity for ever, 0 as for all queues.
create table /*schema*/retention (
  queue text not null,
  succeeded float8 not null,
  failed float8 not null,
  archive boolean not null,
  seen_at timestamptz not null default clock_timestamp(),
  primary key (queue, succeeded, failed, archive));

-- Jobs of the default partition whose last attempt is not known to be in the default partition of attempt: what a drop of attempts has to look after.
create table /*schema*/kept (job_id uuid primary key);

create function /*schema*/note_kept() returns trigger language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into /*schema*/kept(job_id) values (new.id) on conflict do nothing;
  return null;
end $$;
revoke execute on function /*schema*/note_kept from public;
create trigger job_default_kept after insert on /*schema*/job_default for each row execute function /*schema*/note_kept();
insert into /*schema*/kept(job_id) select id from /*schema*/job_default;

create index attempt_default_ended on /*schema*/attempt_default (lane, (outcome = 2), finished_at) where outcome in (2, 4, 5, 9);
create index attempt_default_at on /*schema*/attempt_default (finished_at);

-- The archive. Any partition of it may be detached or dropped at any time. No column is required, so that partitions of other versions fit.
create table /*schema*/job_archive (like /*schema*/job) partition by range (id);
create table /*schema*/attempt_archive (like /*schema*/attempt) partition by range (finished_at);
do $$
declare a record;
begin
  for a in select attrelid::regclass t, attname n from pg_attribute where attnotnull and attnum > 0
      and attrelid in ('/*schema*/job_archive'::regclass, '/*schema*/attempt_archive'::regclass) loop
    execute format('alter table %s alter column %I drop not null', a.t, a.n);
  end loop;
end $$;
create table /*schema*/job_archive_default partition of /*schema*/job_archive default;
create table /*schema*/attempt_archive_default partition of /*schema*/attempt_archive default;
create index job_archive_default_id on /*schema*/job_archive_default (id);
create index attempt_archive_default_job on /*schema*/attempt_archive_default (job_id);
create index attempt_archive_default_at on /*schema*/attempt_archive_default (finished_at);

-- A process says what it was configured with. A queue's (and '' for all) longest value of those heard within an hour of the last one wins.
create function /*schema*/announce_retention(queues text[], succeeded_ float8[], failed_ float8[], archive_ boolean) returns void language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  insert into /*schema*/retention as r (queue, succeeded, failed, archive)
    select u.q, u.s, u.f, archive_ from unnest(queues, succeeded_, failed_) u(q, s, f) order by u.q
    on conflict (queue, succeeded, failed, archive) do update set seen_at = clock_timestamp() where r.seen_at < clock_timestamp() - interval '1 minute';
  delete from /*schema*/retention where ctid = any(array(select r.ctid from /*schema*/retention r
    where r.seen_at < (select max(x.seen_at) from /*schema*/retention x where x.queue = r.queue) - interval '1 hour' for update skip locked)) $$;
revoke execute on function /*schema*/announce_retention from public;

-- One row for all queues, called '', and one for each queue that differs. No row: nobody has said anything, so nothing is dropped.
create function /*schema*/effective_retention() returns table(queue text, succeeded float8, failed float8, archive boolean) language sql stable
  security definer set search_path = pg_catalog, pg_temp as $$
  with fresh as (select r.* from /*schema*/retention r
      where r.seen_at >= (select max(x.seen_at) from /*schema*/retention x where x.queue = r.queue) - interval '1 hour'),
    g as (select max(f.succeeded) s, greatest(max(f.failed), max(f.succeeded)) e, bool_or(f.archive) a from fresh f where f.queue = '' having count(*) > 0)
  select '', g.s, g.e, g.a from g
  union all select f.queue, max(case f.succeeded when 0 then g.s else greatest(f.succeeded, g.s) end),
    max(case f.failed when 0 then g.e else greatest(f.failed, g.s) end), bool_or(g.a) from fresh f, g where f.queue <> '' group by f.queue $$;
revoke execute on function /*schema*/effective_retention from public;

-- For every lane: an outcome before that instant may go.
create function /*schema*/lane_retention() returns table(lane smallint, succeeded timestamptz, failed timestamptz) language sql stable
  security definer set search_path = pg_catalog, pg_temp as $$
  with e as materialized (select * from /*schema*/effective_retention())
  select l.lane, case when k.s < 'Infinity' then now() - make_interval(secs => k.s) else '-infinity' end,
    case when k.f < 'Infinity' then now() - make_interval(secs => k.f) else '-infinity' end
  from /*schema*/lane l cross join lateral (select coalesce(q.succeeded, g.succeeded) s, coalesce(q.failed, g.failed) f
    from e g left join e q on q.queue = l.queue where g.queue = '') k $$;
revoke execute on function /*schema*/lane_retention from public;

-- The partitions of job or attempt with their bounds, which are in their names (UTC); the oldest first.
create function /*schema*/partitions(parent text) returns table(part text, f timestamptz, t timestamptz) language sql stable
  security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
  select c.relname::text, to_timestamp(left(right(c.relname, 25), 12), 'YYYYMMDDHH24MI'), to_timestamp(right(c.relname, 12), 'YYYYMMDDHH24MI')
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = ('/*schema*/' || parent)::regclass and c.relname ~ ('^' || parent || '_[0-9]{12}_[0-9]{12}$') order by 2 $$;
revoke execute on function /*schema*/partitions from public;

create function /*schema*/columns_of(relation regclass) returns text language sql stable
  security definer set search_path = pg_catalog, pg_temp as $$
  select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute where attrelid = relation and attnum > 0 and not attisdropped $$;
revoke execute on function /*schema*/columns_of from public;

-- Gives a table the columns of another that it has not: one of them is of another version.
create function /*schema*/add_columns(from_ regclass, to_ regclass) returns void language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
declare c record;
begin
  for c in select a.attname, format_type(a.atttypid, a.atttypmod) kind from pg_attribute a where a.attrelid = from_ and a.attnum > 0 and not a.attisdropped
      and not exists(select from pg_attribute b where b.attrelid = to_ and b.attname = a.attname and not b.attisdropped) loop
    execute format('alter table %s add column %I %s', to_, c.attname, c.kind);
  end loop;
end $$;
revoke execute on function /*schema*/add_columns from public;

-- One keeper at a time, to the end of its transaction. A DBA may have taken the default partitions of the archive too: then there are new ones.
create function /*schema*/hold_keeper() returns boolean language plpgsql
  security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare sch text; parent text; fresh text;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('/*schema*/retention', 13)) then return false; end if;
  select nspname into sch from pg_namespace where oid = (select relnamespace from pg_class where oid = '/*schema*/job'::regclass);
  foreach parent in array array['job_archive', 'attempt_archive'] loop
    continue when (select p.partdefid from pg_partitioned_table p where p.partrelid = format('%I.%I', sch, parent)::regclass) <> 0;
    fresh := parent || '_default';
    if to_regclass(format('%I.%I', sch, fresh)) is not null then fresh := fresh || to_char(now(), '_YYYYMMDDHH24MISS'); end if;
    execute format('create table %I.%I partition of %I.%I default', sch, fresh, sch, parent);
    execute format('create index on %I.%I (%I)', sch, fresh, case parent when 'job_archive' then 'id' else 'job_id' end);
    if parent = 'attempt_archive' then execute format('create index on %I.%I (finished_at)', sch, fresh); end if;
  end loop;
  return true;
end $$;
revoke execute on function /*schema*/hold_keeper from public;

-- The partitions of job and attempt that are missing for now and the near future: about a quarter of retention wide, from the end of the one before to the
-- next multiple. A range with rows in the default partition (a wrong clock, or nobody made partitions) cannot get one: the rest of it, or the
-- next one, gets its own. One that begins later, is empty, and is of another width than now wanted, is made anew. One parent a transaction where there
-- is traffic: whoever holds both default partitions locked can deadlock with a reader of jobs and attempts. Gives the number made.
create function /*schema*/create_partitions(parents text[] default '{job,attempt}') returns int language plpgsql
  security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set lock_timeout = '200ms' as $$
declare made int := 0; parent text; sch text; step interval; at_ timestamptz; next_ timestamptz; p record; taken boolean;
begin
  select nspname into sch from pg_namespace where oid = (select relnamespace from pg_class where oid = '/*schema*/job'::regclass);
  select make_interval(secs => max(w)) into step from unnest('{60, 300, 900, 3600, 21600, 86400, 604800}'::float8[]) w
    where w <= greatest(60, (select e.succeeded / 4 from /*schema*/effective_retention() e where e.queue = ''));
  foreach parent in array parents loop
    -- weeks begin on Mondays: the first was the fifth day of the epoch
    for p in select x.* from /*schema*/partitions(parent) x where x.f > now() and (x.t - x.f > step
        or extract(epoch from x.t - timestamptz '1970-01-05')::bigint % extract(epoch from step)::bigint <> 0) loop
      begin
        execute format('select exists(select from %I.%I)', sch, p.part) into taken;
        if not taken then
          execute format('lock table /*schema*/%s in access exclusive mode', parent);
          execute format('select exists(select from %I.%I)', sch, p.part) into taken;
          if not taken then execute format('drop table %I.%I', sch, p.part); end if;
        end if;
      exception when lock_not_available or deadlock_detected or undefined_table then null;
      end;
    end loop;
    at_ := timestamptz '1970-01-05' + floor(extract(epoch from now() - timestamptz '1970-01-05') / extract(epoch from step)) * step;
    while at_ < now() + greatest(2 * step, interval '10 minutes') loop
      select * into p from /*schema*/partitions(parent) x where x.f <= at_ and x.t > at_ order by x.t desc limit 1;
      if found then at_ := p.t; continue; end if;
      next_ := timestamptz '1970-01-05' + (floor(extract(epoch from at_ - timestamptz '1970-01-05') / extract(epoch from step)) + 1) * step;
      next_ := least(next_, (select min(x.f) from /*schema*/partitions(parent) x where x.f > at_));
      begin
        -- by index and without its lock: PostgreSQL would read the whole default partition
        if parent = 'job' then
          taken := exists(select from /*schema*/job_default where id >= /*schema*/uuid_at(at_) and id < /*schema*/uuid_at(next_));
        else
          taken := exists(select from /*schema*/attempt_default where finished_at >= at_ and finished_at < next_);
        end if;
        if taken then
          at_ := case when at_ <= now() then least(next_, date_trunc('minute', now()) + interval '2 minutes') else next_ end;
          continue;
        end if;
        execute format('create table %I.%I partition of /*schema*/%s for values from (%L) to (%L)', sch,
          format('%s_%s_%s', parent, to_char(at_, 'YYYYMMDDHH24MI'), to_char(next_, 'YYYYMMDDHH24MI')), parent,
          case when parent = 'job' then /*schema*/uuid_at(at_)::text else at_::text end, case when parent = 'job' then /*schema*/uuid_at(next_)::text else next_::text end);
        made := made + 1;
      exception when check_violation or duplicate_table or lock_not_available or deadlock_detected or invalid_object_definition then null;
      end;
      at_ := next_;
    end loop;
  end loop;
  return made;
end $$;
revoke execute on function /*schema*/create_partitions from public;

-- Live jobs, and ended ones whose time is not over, move to the default partition in the same transaction, so no claim ever misses a body. SHARE on the partition
-- first: no late insert while we look; a job that is live in one place in one snapshot can only move or end. The look runs before the exclusive lock on
-- the parent; 55P03 means try again later. Gives the number of jobs that stay; null: too many are live as yet.
create function /*schema*/drop_jobs(part_ text) returns bigint language plpgsql
  security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '100ms' set enable_seqscan = off set jit = off as $$
declare p record; g record; lo uuid; hi uuid; since timestamptz; stay uuid[]; more uuid[]; longer smallint[]; n bigint; sch text; cols text;
begin
  select nspname into sch from pg_namespace where oid = (select relnamespace from pg_class where oid = '/*schema*/job'::regclass);
  select * into p from /*schema*/partitions('job') x where x.part = part_;
  if not found then raise exception 'not a partition of job: %', part_; end if;
  select * into g from /*schema*/effective_retention() x where x.queue = '';
  if not found then raise exception 'nobody has said how long jobs are kept'; end if;
  lo := /*schema*/uuid_at(p.f);
  hi := /*schema*/uuid_at(p.t);
  since := case when g.succeeded < 'Infinity' then now() - make_interval(secs => g.succeeded) else '-infinity' end;
  execute format('lock table %I.%I in share mode', sch, part_);
  select coalesce(array_agg(x.id), '{}') into stay from (
    select job_id id from /*schema*/ready where job_id >= lo and job_id < hi
    union all select job_id from /*schema*/scheduled where job_id >= lo and job_id < hi
    union all select u from /*schema*/lease, unnest(job_ids) u where u >= lo and u < hi) x;
  -- a backlog drains by itself, and moving it would hold claims up: it gets as long again, and a day at least
  if cardinality(stay) > 10000 and p.t + make_interval(secs => g.succeeded + greatest(g.succeeded, 86400)) > now() then return null; end if;
  -- an id may be ahead of the server's clock, but not by more than partitions are made ahead
  select coalesce(array_agg(distinct x.id), '{}') into stay from (
    select u id from unnest(stay) u
    union all select job_id from /*schema*/attempt where finished_at >= since and job_id >= lo and job_id < hi
    union all select a.job_id from /*schema*/attempt a join /*schema*/lane_retention() k on k.lane = a.lane
      where a.outcome in (4, 5, 9) and a.finished_at >= p.f - 8 * (p.t - p.f) - interval '1 hour' and a.finished_at >= k.failed
        and a.job_id >= lo and a.job_id < hi) x;
  select array_agg(k.lane) into longer from /*schema*/lane_retention() k where k.succeeded < since;
  if longer is not null then                                            -- no index has the lane: one read of the partition, only where queues differ
    execute format('select array_agg(j.id) from %I.%I j where j.lane = any($1)', sch, part_) into more using longer;
    stay := stay || coalesce(more, '{}');
  end if;
  execute format('select count(j.type) from %I.%I j where j.id = any($1)', sch, part_) into n using stay;   -- reads the rows to move before anybody waits for us
  -- what the jobs that go leave behind: nobody could tell any more that they have ended
  delete from /*schema*/tombstone t where t.job_id >= lo and t.job_id < hi and not exists(select from unnest(stay) u where u = t.job_id);
  delete from /*schema*/dedup where ctid = any(array(select d.ctid from /*schema*/dedup d where d.scope <> 3 and d.job_id >= lo and d.job_id < hi
    and not exists(select from unnest(stay) u where u = d.job_id) order by d.key for update of d));
  if g.archive then perform /*schema*/add_columns('/*schema*/attempt', '/*schema*/attempt_archive'); end if;
  cols := /*schema*/columns_of('/*schema*/attempt');
  execute format('with d as (delete from /*schema*/attempt_default a where a.job_id >= $1 and a.job_id < $2 and not exists(select from unnest($3) u where u = a.job_id) returning *) '
    || case when g.archive then 'insert into /*schema*/attempt_archive(%1$s) select %1$s from d' else 'select count(*) from d' end, cols) using lo, hi, stay;
  cols := /*schema*/columns_of('/*schema*/job');
  execute format('alter table /*schema*/job detach partition %I.%I', sch, part_);
  execute format('insert into /*schema*/job(%1$s) select %1$s from %2$I.%3$I where id = any($1)', cols, sch, part_) using stay;
  get diagnostics n = row_count;
  if g.archive then
    execute format('delete from %I.%I where id = any($1)', sch, part_) using stay;
    execute format('alter table %I.%I rename to %I', sch, part_, 'job_detached_' || right(part_, 25));
  else
    execute format('drop table %I.%I', sch, part_);
  end if;
  return n;
end $$;
revoke execute on function /*schema*/drop_jobs from public;

-- Every attempt of a job that is still there moves to the default partition: while a job exists, so does the attempt that ended it. Jobs in leases are
-- still there. Only once the jobs of that time are gone, so that those still there are known. Gives the number of attempts that stay; null: too early.
create function /*schema*/drop_attempts(part_ text) returns bigint language plpgsql
  security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '100ms' set enable_seqscan = off set jit = off
  set max_parallel_workers_per_gather = 0 as $$
declare p record; g record; low uuid; stay tid[]; n bigint; sch text; cols text;
begin
  select nspname into sch from pg_namespace where oid = (select relnamespace from pg_class where oid = '/*schema*/attempt'::regclass);
  select * into p from /*schema*/partitions('attempt') x where x.part = part_;
  if not found then raise exception 'not a partition of attempt: %', part_; end if;
  select * into g from /*schema*/effective_retention() x where x.queue = '';
  if exists(select from /*schema*/partitions('job') j where j.t <= p.t) then return null; end if;
  select coalesce(/*schema*/uuid_at(min(j.f)), 'ffffffff-ffff-ffff-ffff-ffffffffffff') into low from /*schema*/partitions('job') j;
  execute format('lock table %I.%I in share mode', sch, part_);
  -- one look into attempt_job for each kept job, however few rows the planner takes the partition for: offset 0 and the scalar query cannot become joins
  execute format('select array_agg(distinct x.c) from (select a.c, k.job_id from /*schema*/kept k cross join lateral (
      select y.ctid c from %1$I.%2$I y where y.job_id = k.job_id offset 0) a
    union all select y.ctid, y.job_id from %1$I.%2$I y where y.job_id >= $1) x where (select true from /*schema*/job j where j.id = x.job_id)', sch, part_)
    into stay using low;
  stay := coalesce(stay, '{}');
  cols := /*schema*/columns_of('/*schema*/attempt');
  execute format('delete from /*schema*/kept where job_id in (select a.job_id from %I.%I a where a.ctid = any($1) and a.outcome in (2, 4, 5, 9))', sch, part_) using stay;
  execute format('alter table /*schema*/attempt detach partition %I.%I', sch, part_);
  execute format('insert into /*schema*/attempt(%1$s) select %1$s from %2$I.%3$I where ctid = any($1)', cols, sch, part_) using stay;
  get diagnostics n = row_count;
  if g.archive then
    execute format('delete from %I.%I where ctid = any($1)', sch, part_) using stay;
    execute format('alter table %I.%I rename to %I', sch, part_, 'attempt_detached_' || right(part_, 25));
  else
    execute format('drop table %I.%I', sch, part_);
  end if;
  return n;
end $$;
revoke execute on function /*schema*/drop_attempts from public;

-- The oldest partition past retention, jobs before attempts: one a call, so that each transaction locks one parent. Gives its name, or null.
create function /*schema*/drop_expired() returns text language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
declare p record; keep float8;
begin
  select e.succeeded into keep from /*schema*/effective_retention() e where e.queue = '' and e.succeeded < 'Infinity';
  if not found or not /*schema*/hold_keeper() then return null; end if;
  select * into p from /*schema*/partitions('job') x order by x.f limit 1;
  if p.t + make_interval(secs => keep) < now() then
    if /*schema*/drop_jobs(p.part) is null then return null; end if;
    return p.part;
  end if;
  select * into p from /*schema*/partitions('attempt') x order by x.f limit 1;
  if p.t + make_interval(secs => keep) < now() and /*schema*/drop_attempts(p.part) is not null then return p.part; end if;
  return null;
end $$;
revoke execute on function /*schema*/drop_expired from public;

-- Makes one detached table a partition of the archive, in a transaction of its own: the look at its rows locks nothing that is live. Also what a process left behind
-- that was killed before it could. Gives its name, or null.
create function /*schema*/attach_detached() returns text language plpgsql
  security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set lock_timeout = '1s' as $$
declare sch text; old text; parent text; key text; new_ text; f timestamptz; t timestamptz; lo text; hi text; cols text;
begin
  if not /*schema*/hold_keeper() then return null; end if;
  select n.nspname, k.relname into sch, old from pg_class k join pg_namespace n on n.oid = k.relnamespace
    where n.oid = (select relnamespace from pg_class where oid = '/*schema*/job'::regclass) and k.relkind = 'r' and not k.relispartition
      and k.relname ~ '^(job|attempt)_detached_[0-9]{12}_[0-9]{12}$' order by k.relname limit 1;
  if old is null then return null; end if;
  parent := split_part(old, '_', 1) || '_archive';
  key := case parent when 'job_archive' then 'id' else 'finished_at' end;
  new_ := parent || '_' || right(old, 25);
  f := to_timestamp(left(right(old, 25), 12), 'YYYYMMDDHH24MI');
  t := to_timestamp(right(old, 12), 'YYYYMMDDHH24MI');
  lo := case key when 'id' then /*schema*/uuid_at(f)::text else f::text end;
  hi := case key when 'id' then /*schema*/uuid_at(t)::text else t::text end;
  perform /*schema*/add_columns(format('%I.%I', sch, old)::regclass, format('%I.%I', sch, parent)::regclass);
  perform /*schema*/add_columns(format('%I.%I', sch, parent)::regclass, format('%I.%I', sch, old)::regclass);
  cols := /*schema*/columns_of(format('%I.%I', sch, old)::regclass);
  begin
    execute format('with d as (delete from %1$s where %2$s >= %3$L and %2$s < %4$L returning *) insert into %5$I.%6$I(%7$s) select %7$s from d',
      (select p.partdefid::regclass from pg_partitioned_table p where p.partrelid = format('%I.%I', sch, parent)::regclass), key, lo, hi, sch, old, cols);
    execute format('alter table %I.%I rename to %I', sch, old, new_);
    execute format('alter table %1$I.%2$I attach partition %1$I.%3$I for values from (%4$L) to (%5$L)', sch, parent, new_, lo, hi);
  exception when invalid_object_definition or duplicate_table or check_violation or unique_violation or not_null_violation or datatype_mismatch then
    -- a clock that went back, or a table of that name: its rows go in one by one
    execute format('insert into %1$I.%2$I(%3$s) select %3$s from %1$I.%4$I', sch, parent, cols, old);
    execute format('drop table %I.%I', sch, old);
  end;
  return new_;
end $$;
revoke execute on function /*schema*/attach_detached from public;

-- Ended jobs of the default partitions whose own time is over, lane by lane and by outcome, at most lim of each a call. A job that is in a partition of its time waits
-- for that to go, and one in a lease for the lease. Gives the number of attempts that ended them.
create function /*schema*/sweep_kept(lim int default 5000) returns bigint language plpgsql
  security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' set enable_seqscan = off set jit = off as $$
declare k record; gone uuid[]; keys text[]; held uuid[]; total bigint := 0; archive_ boolean; jobs_ text; attempts_ text;
begin
  select e.archive into archive_ from /*schema*/effective_retention() e where e.queue = '';
  if not found or not exists(select from /*schema*/attempt_default) or not /*schema*/hold_keeper() then return 0; end if;
  if archive_ then
    perform /*schema*/add_columns('/*schema*/job', '/*schema*/job_archive'), /*schema*/add_columns('/*schema*/attempt', '/*schema*/attempt_archive');
  end if;
  jobs_ := /*schema*/columns_of('/*schema*/job');
  attempts_ := /*schema*/columns_of('/*schema*/attempt');
  held := array(select u from /*schema*/lease, unnest(job_ids) u);
  for k in select r.lane, c.ok, case when c.ok then r.succeeded else r.failed end upto from /*schema*/lane_retention() r, (values (true), (false)) c(ok) loop
    gone := array(select a.job_id from /*schema*/attempt_default a
      where a.lane = k.lane and (a.outcome = 2) = k.ok and a.outcome in (2, 4, 5, 9) and a.finished_at < k.upto
        and not exists(select from unnest(held) u where u = a.job_id)
        and not exists(select from /*schema*/job j where j.id = a.job_id and j.tableoid <> '/*schema*/job_default'::regclass)
      order by a.finished_at limit lim);
    continue when cardinality(gone) = 0;
    execute format('with d as (delete from /*schema*/job_default where id = any($1) returning *)'
      || case when archive_ then ', i as (insert into /*schema*/job_archive(%1$s) select %1$s from d)' else '' end
      || ' select array_agg(d.dedup_key) from d where d.dedup_key is not null', jobs_) into keys using gone;
    execute format('with d as (delete from /*schema*/attempt_default where job_id = any($1) returning *) '
      || case when archive_ then 'insert into /*schema*/attempt_archive(%1$s) select %1$s from d' else 'select count(*) from d' end, attempts_) using gone;
    delete from /*schema*/kept where job_id = any(gone);
    delete from /*schema*/tombstone where job_id = any(gone);
    if keys is not null then
      delete from /*schema*/dedup where ctid = any(array(select d.ctid from /*schema*/dedup d
        where d.key = any(keys) and d.job_id = any(gone) and d.scope <> 3 order by d.key for update));
    end if;
    total := total + cardinality(gone);
  end loop;
  return total;
end $$;
revoke execute on function /*schema*/sweep_kept from public;

-- Best effort: nobody has said yet how long to keep, so these are of a minute, for the first ten.
select /*schema*/create_partitions();
