-- Counts by state, in one snapshot. Exact for live jobs; finished ones from the counters.
select
  (select count(*) from /*schema*/ready) as Ready,
  (select count(*) from /*schema*/scheduled) as Scheduled,
  (select count(*) from /*schema*/scheduled where deferred) as Deferred,
  (select coalesce(sum(cardinality(job_ids)), 0)::bigint from /*schema*/lease)
    - (select count(*) from /*schema*/lease l, unnest(l.job_ids) u(id)
       where exists(select from /*schema*/attempt r where r.job_id = u.id and r.lease_id = l.id)) as Running,
  (select coalesce(sum(n), 0)::bigint from /*schema*/counter where outcome = 2) as Succeeded,
  (select coalesce(sum(n), 0)::bigint from /*schema*/counter where outcome = 4) as Failed,
  (select coalesce(sum(n), 0)::bigint from /*schema*/counter where outcome in (5, 9)) as Cancelled,
  (select coalesce(sum(n), 0)::bigint from /*schema*/counter where outcome = 3) as Retries,
  (select count(*)::int from /*schema*/worker where expires_at > clock_timestamp()) as Workers,
  (select extract(epoch from clock_timestamp() - min(j.created_at))::float8
    from /*schema*/lane l
    cross join lateral (select r.job_id from /*schema*/ready r where r.lane = l.lane and r.seq > l.safe_seq order by r.seq limit 1) f
    join /*schema*/job j on j.id = f.job_id) as OldestSeconds
