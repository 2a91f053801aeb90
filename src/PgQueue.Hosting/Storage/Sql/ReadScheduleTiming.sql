-- When a schedule runs, its revision (0 if there is none), and the database's clock. Parameter: name. Index: schedule_pkey.
select coalesce(s.revision, 0) as Revision, coalesce(s.cron, '') as Cron, coalesce(s.time_zone, '') as TimeZone, coalesce(s.gap, 0::smallint) as Gap,
  coalesce(s.overlap, 0::smallint) as Overlap, coalesce(s.anchor, n.at) as Anchor, s.next_at as NextAt,
  coalesce(s.paused_at is not null or not s.enabled, false) as IsStopped,
  s.paused_at is not null as IsPaused, n.at as Now
from (select clock_timestamp() at) n
left join /*schema*/schedule s on s.name = @name
