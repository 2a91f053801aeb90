-- Statistics: counters by route, rolled up, and counts of unfinished jobs that cost the same however many there are.

-- The route of a type: its exact name, else the longest prefix, else ''.
create function /*schema*/route_of(type_ text) returns text language sql stable
  security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select r.name from /*schema*/route r where r.name = type_),
    (select r.name from /*schema*/route r where right(r.name, 1) = '*' and starts_with(type_, left(r.name, -1)) order by length(r.name) desc limit 1), '') $$;
revoke execute on function /*schema*/route_of from public;

create function /*schema*/route_of_job(job uuid) returns text language sql stable
  security definer set search_path = pg_catalog, pg_temp as $$
  select /*schema*/route_of((select j.type from /*schema*/job j where j.id = job)) $$;
revoke execute on function /*schema*/route_of_job from public;

-- One batch of the roll-up, by any process at any time: each row that is old enough is taken out and added to its next bucket in one statement, so that
-- no reader sees it twice or not at all. A row that somebody else is taking is left to them. Deltas of the last seconds are left: settling only inserts.
-- Gives the number of rows taken; below lim there is nothing left. Days and hours are those of UTC.
create function /*schema*/roll_counters(lim int default 10000) returns bigint language sql
  security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set enable_seqscan = off set jit = off as $$
  with c as materialized (select now() - interval '20 seconds' as settled, date_trunc('minute', now() - interval '10 minutes') as fine,
      to_timestamp(floor(extract(epoch from now() - interval '2 hours') / 600) * 600) as minutes, date_trunc('hour', now() - interval '26 hours') as tens,
      date_trunc('day', now() - interval '8 days') as hours, date_trunc('day', now() - interval '91 days') as days),
    e as (select 1 from c where exists(select from /*schema*/counter x where x.grain < 6 and x.bucket < c.days)),
    d as (delete from /*schema*/counter where ctid = any(array(select x.ctid from /*schema*/counter x, c
        where x.grain = 0 and x.bucket < c.settled or x.grain = 1 and x.bucket < c.fine or x.grain = 2 and x.bucket < c.minutes
          or x.grain = 3 and x.bucket < c.tens or x.grain = 4 and x.bucket < c.hours or x.grain = 5 and x.bucket < c.days
          or x.grain = 6 and exists(select from e)
        order by x.bucket limit lim for update of x skip locked)) returning *),
    i as (insert into /*schema*/counter(bucket, lane, outcome, n, route, grain)
      select case y.g when 1 then d.bucket when 2 then date_trunc('minute', d.bucket) when 3 then to_timestamp(floor(extract(epoch from d.bucket) / 600) * 600)
          when 4 then date_trunc('hour', d.bucket) when 5 then date_trunc('day', d.bucket) else '-infinity' end, d.lane, d.outcome, sum(d.n), d.route, y.g
      from d, c, lateral (select case when d.bucket < c.days then 6 when d.bucket < c.hours then 5 when d.bucket < c.tens then 4
        when d.bucket < c.minutes then 3 when d.bucket < c.fine then 2 else 1 end::smallint g) y
      group by 1, 2, 3, 5, 6)
  select count(*) from d $$;
revoke execute on function /*schema*/roll_counters from public;

-- Unfinished jobs of one lane that were looked at: jobs are n jobs, or some of them.
create type /*schema*/sample as (lane smallint, deferred boolean, n float8, jobs uuid[], exact boolean);

-- About k of the elements, spread over all of them; all if there are no more.
create function /*schema*/spread(jobs uuid[], k float8) returns uuid[] language sql immutable
  set search_path = pg_catalog, pg_temp as $$
  select case when cardinality(jobs) <= k then jobs
    else array(select jobs[1 + floor(i * cardinality(jobs) / ceil(k))::int] from generate_series(0, ceil(k)::int - 1) i) end $$;
revoke execute on function /*schema*/spread from public;

-- One page of each of as many equal parts of ready or scheduled, scaled up to the whole table. Before PostgreSQL 14 a page cannot be read alone: there it
-- is four times as many at random. many: of these lanes only.
create function /*schema*/sample_pages(is_ready boolean, size bigint, pages int, k int, many smallint[]) returns setof /*schema*/sample language plpgsql stable
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare lo tid; hi tid; page bigint; share float8 := least(1, 4.0 * pages / size); scale float8 := size / pages::float8;
begin
  if current_setting('server_version_num')::int < 140000 then
    if is_ready then
      return query select r.lane, false, count(*) / share, /*schema*/spread(array_agg(r.job_id), k * pages), false
        from /*schema*/ready r tablesample system (100 * share) where r.lane = any(many) group by r.lane;
    else
      return query select r.lane, r.deferred, count(*) / share, /*schema*/spread(array_agg(r.job_id), k * pages), false
        from /*schema*/scheduled r tablesample system (100 * share) group by r.lane, r.deferred;
    end if;
    return;
  end if;
  for i in 0..pages - 1 loop
    page := floor((i + random()) * scale);
    lo := format('(%s,0)', page)::tid;
    hi := format('(%s,0)', page + 1)::tid;
    if is_ready then
      return query select r.lane, false, count(*) * scale, (array_agg(r.job_id))[1:k], false
        from /*schema*/ready r where r.ctid >= lo and r.ctid < hi and r.lane = any(many) group by r.lane;
    else
      return query select r.lane, r.deferred, count(*) * scale, (array_agg(r.job_id))[1:k], false
        from /*schema*/scheduled r where r.ctid >= lo and r.ctid < hi group by r.lane, r.deferred;
    end if;
  end loop;
end $$;
revoke execute on function /*schema*/sample_pages from public;

-- How many jobs are ready, at a cost that does not grow with them. Small tables are counted. In large ones each lane is counted by its index up to a bound,
-- from where claims start: dead rows do not matter there. Lanes that have more are estimated from pages. Where few rows of these are alive, they say
-- little: then the lanes are counted after all if they are not too large, else four times as many pages are read.
create function /*schema*/sample_ready(bound int default 20000, ids int default 1000, pages int default 100) returns setof /*schema*/sample language plpgsql stable
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
  size bigint := pg_relation_size('/*schema*/ready'::regclass) / current_setting('block_size')::int;
  cap int; few smallint[]; many smallint[]; seen /*schema*/sample[]; alive float8;
begin
  if size <= bound / 100 then
    return query with c as materialized (select r.lane, count(*) n, array_agg(r.job_id) jobs from /*schema*/ready r group by r.lane)
      select c.lane, false, c.n::float8, /*schema*/spread(c.jobs, greatest(20, ids * c.n / t.n::float8)), true from c, (select sum(n) n from c) t;
    return;
  end if;
  select greatest(200, bound / greatest(count(*), 1)) into cap from /*schema*/lane l
    where exists(select from /*schema*/ready r where r.lane = l.lane and r.seq > l.safe_seq);
  select array_agg(x.lane) filter (where x.n < cap), array_agg(x.lane) filter (where x.n = cap) into few, many
    from (select l.lane, (select count(*) from (select from /*schema*/ready r where r.lane = l.lane and r.seq > l.safe_seq order by r.seq limit cap) y) n
      from /*schema*/lane l) x where x.n > 0;
  if many is not null then
    for i in 1..2 loop
      select array_agg(s) into seen from /*schema*/sample_pages(true, size, least(pages, size)::int, greatest(2, ids / pages / cardinality(many)), many) s;
      select coalesce(sum(s.n), 0) into alive from unnest(seen) s;
      exit when alive > 40 * size;
      if alive < 5 * bound then
        few := few || many;
        seen := null;
        exit;
      end if;
      pages := pages * 4;
    end loop;
    return query select s.* from unnest(seen) s;
  end if;
  return query select l.lane, false, x.n::float8, /*schema*/spread(x.jobs, greatest(20, ids / cardinality(few))), true
    from /*schema*/lane l cross join lateral (select count(*) n, array_agg(y.job_id) jobs from (
      select r.job_id from /*schema*/ready r where r.lane = l.lane and r.seq > l.safe_seq order by r.seq) y) x
    where l.lane = any(few) and x.n > 0;
end $$;
revoke execute on function /*schema*/sample_ready from public;

-- The same of scheduled jobs. Those due last come first: what the promoter has removed is on the other side of the index.
create function /*schema*/sample_scheduled(bound int default 20000, ids int default 500, pages int default 100) returns setof /*schema*/sample language plpgsql stable
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
declare size bigint := pg_relation_size('/*schema*/scheduled'::regclass) / current_setting('block_size')::int; found_ bigint;
begin
  select count(*) into found_ from (select from /*schema*/scheduled s order by s.run_at desc limit bound + 1) x;
  if found_ > bound and size > bound / 100 then
    return query select * from /*schema*/sample_pages(false, size, pages, greatest(2, ids / pages), null);
    return;
  end if;
  return query with c as materialized (select x.lane, x.deferred, count(*) n, array_agg(x.job_id) jobs
      from (select s.lane, s.deferred, s.job_id from /*schema*/scheduled s order by s.run_at desc) x group by x.lane, x.deferred)
    select c.lane, c.deferred, c.n::float8, /*schema*/spread(c.jobs, greatest(20, ids * c.n / t.n::float8)), true from c, (select sum(n) n from c) t;
end $$;
revoke execute on function /*schema*/sample_scheduled from public;

-- Jobs that workers hold, those of workers that died and are not rescued yet included.
create function /*schema*/sample_running(ids int default 500) returns setof /*schema*/sample language sql stable
  security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
  with c as materialized (select u.lane, count(*) n, array_agg(u.id) jobs
      from /*schema*/lease l cross join lateral unnest(l.job_ids, l.lanes) u(id, lane)
      where not exists(select from /*schema*/attempt r where r.job_id = u.id and r.lease_id = l.id and r.finished_at >= l.claimed_at - interval '1 day')
      group by u.lane)
  select c.lane, false, c.n::float8, /*schema*/spread(c.jobs, greatest(20, ids * c.n / t.n::float8)), true from c, (select sum(n) n from c) t $$;
revoke execute on function /*schema*/sample_running from public;
