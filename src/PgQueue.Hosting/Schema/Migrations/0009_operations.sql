-- What operators need: finding jobs that ended badly without reading the whole history, and running a finished job again.

create index attempt_ended on /*schema*/attempt (finished_at, job_id) where outcome in (4, 5, 9);

-- A finished job that was run again, as which job. One row a job, so that asking twice makes one.
create table /*schema*/retry (
  job_id uuid primary key,
  retried_as uuid not null unique,
  at timestamptz not null default clock_timestamp());
create index retry_at on /*schema*/retry (at);

-- Run jobs again: a scheduled one now, a finished one as a copy under a new id. done: 0 copied, 1 it was copied before, 2 the scheduled one is ready now, 3 it has not finished,
-- 4 there is none, 5 another job holds its deduplication key. became: the job that runs.
create function /*schema*/retry_jobs(instance_ uuid, olds uuid[], news uuid[], me uuid)
  returns table(job uuid, done smallint, became uuid) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare i int; j /*schema*/job; other uuid; queue_ text; last smallint;
begin
  for i in 1..coalesce(cardinality(olds), 0) loop
    job := olds[i];
    select * into j from /*schema*/job x where x.id = job;
    if not found then done := 4; became := null; return next; continue; end if;
    -- the lane in which it ended: its priority may have been changed
    select r.lane - 1 + r.lane % 2 into last from /*schema*/attempt r where r.job_id = job and r.outcome in (2, 4, 5, 9) limit 1;
    if not found then
      select x into became from /*schema*/run_now(array[job]) x;
      done := case when became is null then 3 else 2 end;
      if became is not null then perform /*schema*/wake_lanes(array[j.lane], me); end if;
      return next; continue;
    end if;
    insert into /*schema*/retry(job_id, retried_as) values (job, news[i]) on conflict do nothing;
    if not found then
      select r.retried_as into became from /*schema*/retry r where r.job_id = job;
      done := 1; return next; continue;
    end if;
    other := null;
    select l.queue into queue_ from /*schema*/lane l where l.lane = j.lane;
    select x.holder into other from /*schema*/enqueue_jobs(instance_, array[news[i]], array[last], array[j.type], array[j.payload], array[j.max_attempts],
      timeouts => array[j.timeout_ms], headers_ => array[(coalesce(j.headers::jsonb, '{}') || jsonb_build_object('pgqueue-retry-of', job))::json],
      keys => case when j.key_scope in (1, 2) then array[j.dedup_key] end, scopes => case when j.key_scope in (1, 2) then array[j.key_scope] end,
      periods => case when j.key_scope in (1, 2) then array[null::float8] end, replaces => case when j.key_scope in (1, 2) then array[false] end,
      wake_ => array[queue_], me => me) x where x.outcome = 3;
    if other is not null then
      delete from /*schema*/retry r where r.job_id = job;
      done := 5; became := other; return next; continue;
    end if;
    done := 0; became := news[i]; return next;
  end loop;
end $$;
revoke execute on function /*schema*/retry_jobs from public;

create function /*schema*/drop_retries(keep interval) returns bigint language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  with d as (delete from /*schema*/retry where ctid = any(array(select r.ctid from /*schema*/retry r where r.at < now() - keep order by r.at limit 10000)) returning 1)
  select count(*) from d $$;
revoke execute on function /*schema*/drop_retries from public;
