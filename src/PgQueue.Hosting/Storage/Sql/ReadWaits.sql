-- Every queue, and how long its oldest ready job has waited. No parameters, no locks. Index: ready_claim, job_pkey; one row a lane.
select l.queue as Queue, extract(epoch from clock_timestamp() - min(f.since))::float8 as OldestSeconds
from /*schema*/lane l
left join lateral (
  select greatest(j.created_at, j.due) as since
  from (select r.job_id from /*schema*/ready r where r.lane = l.lane and r.seq > l.safe_seq order by r.seq limit 1) o
  join /*schema*/job j on j.id = o.job_id) f on true
group by l.queue
