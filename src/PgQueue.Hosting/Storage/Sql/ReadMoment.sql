-- The instant of a report, and how long the spans of its rates are: each begins with a bucket of the counters. No parameters, no locks. Compiling the
-- report's other statements would take longer than they do.
select now() as At, extract(epoch from now() - to_timestamp(floor(extract(epoch from now()) / 10) * 10 - 60))::float8 as MinuteSeconds,
  extract(epoch from now() - to_timestamp(floor(extract(epoch from now()) / 60) * 60 - 3600))::float8 as HourSeconds,
  extract(epoch from now() - to_timestamp(floor(extract(epoch from now()) / 600) * 600 - 86400))::float8 as DaySeconds
from set_config('jit', 'off', true)
