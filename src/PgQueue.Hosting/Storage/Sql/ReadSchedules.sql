-- Schedules that changed after a version. Parameters: version, this process's worker. No index: there are few, and this is asked after a change only.
with backed as (select distinct u.digest from /*schema*/worker w, unnest(w.definitions) u(digest) where w.expires_at > clock_timestamp() and w.id <> @worker)
select s.name as Name, s.revision as Revision, s.owner as Owner, s.digest as Digest, s.replaced as Replaced,
  exists(select from backed b where b.digest = s.digest) as IsBacked, s.cron as Cron, s.time_zone as TimeZone, s.gap as Gap, s.overlap as Overlap,
  s.missed as Missed, s.when_running as WhenRunning, s.enabled as Enabled, s.type as Type, s.headers as Headers, s.anchor as Anchor,
  s.paused_at is not null as IsPaused, s.next_at as NextAt, s.waiting_at as WaitingAt, s.waiting_since as WaitingSince
from /*schema*/schedule s
where s.revision > @since
