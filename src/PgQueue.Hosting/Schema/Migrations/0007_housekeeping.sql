-- Partitions, retention, leftovers. Everything here may be run by any process at any time, beside the workers.

-- The least id of a UUIDv7 made at that instant.
create function /*schema*/uuid_at(t timestamptz) returns uuid language sql immutable
  set search_path = pg_catalog, pg_temp as $$
  select (lpad(to_hex(floor(extract(epoch from t) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid $$;
revoke execute on function /*schema*/uuid_at from public;

-- The weekly partitions of job and the daily ones of attempt that are missing for now and the near future. A range that already has rows in the default
-- partition (a wrong clock) cannot get one: it is skipped. Days are those of UTC, whatever the session's zone. Gives the number made.
create function /*schema*/create_partitions(weeks int default 2, days int default 4) returns int language plpgsql
  security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set lock_timeout = '200ms' as $$
declare made int := 0; i int; f timestamptz; t timestamptz; part text; sch text;
begin
  select nspname into sch from pg_namespace where oid = (select relnamespace from pg_class where oid = '/*schema*/job'::regclass);
  for i in 0..weeks - 1 loop
    f := date_trunc('week', now()) + i * interval '7 days';
    t := f + interval '7 days';
    part := 'job_' || to_char(f, 'YYYYMMDD');
    if to_regclass(format('%I.%I', sch, part)) is null then
      begin
        execute format('create table %I.%I partition of /*schema*/job for values from (%L) to (%L)', sch, part, /*schema*/uuid_at(f), /*schema*/uuid_at(t));
        made := made + 1;
      exception when check_violation or duplicate_table or lock_not_available or deadlock_detected or invalid_object_definition then null;
      end;
    end if;
  end loop;
  for i in 0..days - 1 loop
    f := date_trunc('day', now()) + i * interval '1 day';
    t := f + interval '1 day';
    part := 'attempt_' || to_char(f, 'YYYYMMDD');
    if to_regclass(format('%I.%I', sch, part)) is null then
      begin
        execute format('create table %I.%I partition of /*schema*/attempt for values from (%L) to (%L)', sch, part, f, t);
        made := made + 1;
      exception when check_violation or duplicate_table or lock_not_available or deadlock_detected or invalid_object_definition then null;
      end;
    end if;
  end loop;
  return made;
end $$;
revoke execute on function /*schema*/create_partitions from public;

-- Takes an exclusive lock on the parent for milliseconds; 55P03 means try again later. A partition is kept while a lease is older than its end:
-- rescue still needs its rows.
create function /*schema*/drop_attempts(part text, upto timestamptz) returns boolean language plpgsql
  security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' as $$
declare sch text;
begin
  select nspname into sch from pg_namespace where oid = (select relnamespace from pg_class where oid = '/*schema*/attempt'::regclass);
  if part !~ '^attempt_[0-9]{8}$' then raise exception 'not a partition of attempt: %', part; end if;
  if exists(select from /*schema*/lease where claimed_at < upto + interval '1 day') then return false; end if;
  execute format('alter table /*schema*/attempt detach partition %I.%I', sch, part);
  execute format('drop table %I.%I', sch, part);
  return true;
end $$;
revoke execute on function /*schema*/drop_attempts from public;

-- Jobs with lo <= id < hi. Live ones, and those that ended after since, move to the default partition in the same transaction, so no claim ever misses a body. SHARE on the partition
-- first: no late insert while we look; a job that is live in one place in one snapshot can only move or end. The look runs before the exclusive lock.
create function /*schema*/drop_jobs(part text, lo uuid, hi uuid, since timestamptz default 'infinity') returns bigint language plpgsql
  security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' as $$
declare live uuid[]; n bigint; sch text;
begin
  select nspname into sch from pg_namespace where oid = (select relnamespace from pg_class where oid = '/*schema*/job'::regclass);
  if part !~ '^job_[0-9]{8}$' then raise exception 'not a partition of job: %', part; end if;
  execute format('lock table %I.%I in share mode', sch, part);
  select coalesce(array_agg(distinct x.id), '{}') into live from (
    select job_id id from /*schema*/ready where job_id >= lo and job_id < hi
    union all select job_id from /*schema*/scheduled where job_id >= lo and job_id < hi
    union all select u from /*schema*/lease, unnest(job_ids) u where u >= lo and u < hi
    union all select job_id from /*schema*/attempt where finished_at >= since and job_id >= lo and job_id < hi) x;
  execute format('alter table /*schema*/job detach partition %I.%I', sch, part);
  execute format('insert into /*schema*/job select * from %I.%I where id = any($1)', sch, part) using live;
  get diagnostics n = row_count;
  execute format('drop table %I.%I', sch, part);
  delete from /*schema*/dedup where scope = 4 and job_id >= lo and job_id < hi and job_id <> all(live);
  return n;
end $$;
revoke execute on function /*schema*/drop_jobs from public;

-- What has passed retention: jobs first, attempts a week later than their jobs. At most one partition of each a call. Gives what was dropped.
create function /*schema*/drop_expired(keep interval) returns text[] language plpgsql
  security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare p record; dropped text[] := '{}'; ends timestamptz; cleaned bigint;
begin
  for p in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = '/*schema*/job'::regclass and c.relname ~ '^job_[0-9]{8}$' order by c.relname limit 1 loop
    ends := to_timestamp(right(p.relname, 8), 'YYYYMMDD') + interval '7 days';
    if ends + keep < now() then
      perform /*schema*/drop_jobs(p.relname, /*schema*/uuid_at(ends - interval '7 days'), /*schema*/uuid_at(ends), now() - keep);
      dropped := dropped || p.relname::text;
    end if;
  end loop;
  for p in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = '/*schema*/attempt'::regclass and c.relname ~ '^attempt_[0-9]{8}$' order by c.relname limit 1 loop
    ends := to_timestamp(right(p.relname, 8), 'YYYYMMDD') + interval '1 day';
    if ends + keep + interval '7 days' < now() and /*schema*/drop_attempts(p.relname, ends) then dropped := dropped || p.relname::text; end if;
  end loop;
  -- the default partition is never dropped: its jobs go one by one, once they have ended and their last attempt is old enough
  if exists(select from /*schema*/job_default j where j.created_at < now() - keep) then
    with gone as (delete from /*schema*/job_default where ctid = any(array(select j.ctid from /*schema*/job_default j
          where j.created_at < now() - keep
            and not exists(select from /*schema*/ready r where r.job_id = j.id)
            and not exists(select from /*schema*/scheduled r where r.job_id = j.id)
            and not exists(select from /*schema*/lease r where j.id = any(r.job_ids))
            and not exists(select from /*schema*/attempt r where r.job_id = j.id and r.finished_at >= now() - keep)
          limit 5000)) returning id),
      k as (delete from /*schema*/dedup where scope = 4 and job_id in (select id from gone))
    select count(*) into cleaned from gone;
    if cleaned > 0 then dropped := dropped || format('%s jobs of job_default', cleaned); end if;
  end if;
  delete from /*schema*/attempt_default where ctid = any(array(select a.ctid from /*schema*/attempt_default a
    where a.finished_at < now() - keep - interval '7 days'
      and not exists(select from /*schema*/lease le where le.claimed_at < a.finished_at + interval '1 day') limit 5000));
  return dropped;
end $$;
revoke execute on function /*schema*/drop_expired from public;

-- Every few minutes by anyone: leftovers that are harmless (every reader checks them against a terminal attempt or until).
create function /*schema*/janitor() returns void language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  delete from /*schema*/tombstone where job_id = any(array(select t.job_id from /*schema*/tombstone t where exists(
    select from /*schema*/attempt r where r.job_id = t.job_id and r.outcome in (2, 4, 5, 9)) order by 1 for update skip locked));
  delete from /*schema*/dedup where ctid = any(array(select d.ctid from /*schema*/dedup d where d.scope in (1, 2) and exists(
    select from /*schema*/attempt r where r.job_id = d.job_id and r.outcome in (2, 4, 5, 9)) order by d.key for update skip locked));
  delete from /*schema*/dedup where ctid = any(array(
    select d.ctid from /*schema*/dedup d where d.until < now() order by d.key limit 10000 for update skip locked)) $$;
revoke execute on function /*schema*/janitor from public;

-- Best effort: without lock conflicts at this point, so the first partitions exist before the first job.
select /*schema*/create_partitions();
