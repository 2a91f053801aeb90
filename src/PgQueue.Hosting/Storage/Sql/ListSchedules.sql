-- Schedules with what they last did. Parameter: a name, or null for all. Index: job_pkey, attempt_job, occurrence_pkey; lease is scanned once, it is small.
with defined as (select distinct u.digest from /*schema*/worker w, unnest(w.definitions) u(digest) where w.expires_at > clock_timestamp()),
  running as materialized (select u.id from /*schema*/lease x, unnest(x.job_ids) u(id) where u.id in (select s.last_job from /*schema*/schedule s)
    and (select true from /*schema*/attempt r where r.job_id = u.id and r.lease_id = x.id limit 1) is null)
select s.name as Name, s.revision as Revision, s.owner as Owner, s.cron as Cron, s.time_zone as TimeZone, s.gap as Gap, s.overlap as Overlap,
  s.missed as Missed, s.when_running as WhenRunning, s.enabled as Enabled, s.type as Type, l.queue as Queue, l.priority as Priority,
  s.max_attempts as MaxAttempts, /*withheld*/s.payload as Payload, /*withheld*/s.headers as Headers, s.anchor as Anchor, s.paused_at is not null as IsPaused,
  s.owner = 2 or exists(select from defined d where d.digest = s.digest or d.digest = any(s.replaced)) as IsDefined,
  coalesce(s.next_at < clock_timestamp() - interval '5 seconds', false) as IsOverdue, s.next_at as NextAt, s.last_at as LastAt, s.last_job as LastJob,
  case when t.outcome = 2 then 4 when t.outcome = 4 then 5 when t.outcome = 5 then 6 when t.outcome = 9 then 7
    when not exists(select from /*schema*/job j where j.id = s.last_job) then null
    when exists(select from running r where r.id = s.last_job) then 3
    when exists(select from /*schema*/scheduled x where x.job_id = s.last_job) then 2 else 1 end::smallint as LastState,
  (select count(*) from /*schema*/occurrence o where o.schedule = s.name and o.job_id is null) as PassedOver, clock_timestamp() as Now
from /*schema*/schedule s
join /*schema*/lane l on l.lane = s.lane
left join lateral (select r.outcome from /*schema*/attempt r where r.job_id = s.last_job and r.outcome in (2, 4, 5, 9) limit 1) t on true
where @name::text is null or s.name = @name
order by s.name
