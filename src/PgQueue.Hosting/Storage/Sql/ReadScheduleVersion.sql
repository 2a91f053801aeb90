-- The number of the last change to any schedule, and the database's clock.
select version as Version, clock_timestamp() as Now from /*schema*/schedule_version
