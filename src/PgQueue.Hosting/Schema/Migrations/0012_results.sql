-- What a run leaves beside its outcome: progress while it runs, and word to those who wait for its end. Result and captured log lines stand in attempt.

-- The last progress of a job that has not ended. A report of an earlier run never replaces one of a later run: lease ids only rise.
create table /*schema*/progress (
  job_id uuid primary key,
  lease_id bigint not null,
  fraction float8 not null,
  message text,
  at timestamptz not null default clock_timestamp())
  with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Who waits for the end of which job. Lost in a crash of the server, and then the waiters' own looks find what ended.
create unlogged table /*schema*/waiter (
  job_id uuid not null,
  process uuid not null,
  until timestamptz not null,
  primary key (job_id, process))
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Parallel arrays, one element a running job. Only a lease that still holds the job counts. Locks no lease: a flush would find it busy. Gives how many counted.
create function /*schema*/report_progress(w uuid, jobs uuid[], leases bigint[], fractions float8[], messages text[]) returns bigint language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare n bigint;
begin
  insert into /*schema*/progress(job_id, lease_id, fraction, message)
    select distinct on (t.j) t.j, t.l, t.f, t.m from unnest(jobs, leases, fractions, messages) t(j, l, f, m)
    where exists(select from /*schema*/lease x where x.id = t.l and x.worker = w and t.j = any(x.job_ids))
      and not exists(select from /*schema*/attempt r where r.job_id = t.j and r.lease_id = t.l)
    order by t.j, t.l desc
  on conflict (job_id) do update set lease_id = excluded.lease_id, fraction = excluded.fraction, message = excluded.message, at = excluded.at
    where excluded.lease_id >= progress.lease_id;
  get diagnostics n = row_count;
  return n;
end $$;
revoke execute on function /*schema*/report_progress from public;

-- Begin and end waits of one process. Commit it before looking: whoever ends a job after that commit sees the row, and whoever ended one before it is seen by the look.
create function /*schema*/watch_jobs(process_ uuid, fresh uuid[], stale uuid[], keep float8 default 3600) returns void language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  if stale is not null then
    delete from /*schema*/waiter w where w.process = process_ and w.job_id = any(stale);
  end if;
  if fresh is not null then
    insert into /*schema*/waiter(job_id, process, until)
      select distinct u, process_, clock_timestamp() + make_interval(secs => keep) from unnest(fresh) u order by u
    on conflict (job_id, process) do update set until = excluded.until;
  end if;
end $$;
revoke execute on function /*schema*/watch_jobs from public;

-- Those of the jobs that have ended, with the outcome; 0 for a job of fresh that there is none of. known: jobs of earlier looks, which can only have ended
-- in the last secs seconds, so that old partitions are passed over.
create function /*schema*/ended_jobs(fresh uuid[], known uuid[], secs float8) returns table(job uuid, outcome smallint, error text, result json) language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare since timestamptz := clock_timestamp() - make_interval(secs => secs);
begin
  return query select u.id, coalesce(t.outcome, 0::smallint), t.error, t.result from unnest(fresh) u(id)
    left join lateral (select r.outcome, r.error, r.result from /*schema*/attempt r where r.job_id = u.id and r.outcome in (2, 4, 5, 9) limit 1) t on true
    where t.outcome is not null or not exists(select from /*schema*/job j where j.id = u.id);
  return query select u.id, t.outcome, t.error, t.result from unnest(known) u(id)
    cross join lateral (select r.outcome, r.error, r.result from /*schema*/attempt r
      where r.job_id = u.id and r.outcome in (2, 4, 5, 9) and r.finished_at >= since limit 1) t;
end $$;
revoke execute on function /*schema*/ended_jobs from public;

-- Word to the processes that wait for one of these jobs, sent when the caller's transaction commits.
create function /*schema*/tell_waiters(ended uuid[]) returns void language plpgsql
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  perform pg_notify((select m.channel from /*schema*/meta m), '=' || x.job_id)
    from (select distinct w.job_id from /*schema*/waiter w where w.job_id = any(ended)) x;
end $$;
revoke execute on function /*schema*/tell_waiters from public;

-- Every few minutes by anyone: progress of jobs that have ended or are gone, waits of processes that are gone.
create function /*schema*/sweep_runs() returns void language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  delete from /*schema*/progress where job_id = any(array(select p.job_id from /*schema*/progress p where exists(
    select from /*schema*/attempt r where r.job_id = p.job_id and r.outcome in (2, 4, 5, 9)) or not exists(select from /*schema*/job j where j.id = p.job_id)
    order by 1 limit 20000 for update skip locked));
  delete from /*schema*/waiter where until < clock_timestamp() $$;
revoke execute on function /*schema*/sweep_runs from public;
