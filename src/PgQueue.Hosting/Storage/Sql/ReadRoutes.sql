-- Every route that some worker has or had, then the queues and routes of the live workers, one row each. No parameters, no locks.
select r.name as Name, null::text[] as Queues, null::text[] as Routes from /*schema*/route r
union all
select null, w.queues, w.routes from /*schema*/worker w where w.expires_at > clock_timestamp()
