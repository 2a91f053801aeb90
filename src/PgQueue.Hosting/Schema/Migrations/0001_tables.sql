-- Tables of the queue. One live job is in exactly one place: a row of ready, a row of scheduled, or the arrays of one lease without an
-- attempt row for (lease, job). It moves only by a transaction that deletes the row of the old place, or that holds the old lease locked and
-- writes the attempt row. DESIGN.md in this folder has the whole picture.

-- One row: which queue this is. The channel is the queue's own, so that two queues of one database never wake each other.
create table /*schema*/meta (
  instance uuid primary key default gen_random_uuid(),
  channel text not null,
  created_at timestamptz not null default clock_timestamp());
insert into /*schema*/meta(instance, channel)
  select i, 'pgqueue_' || replace(i::text, '-', '') from gen_random_uuid() i;

create sequence /*schema*/ready_seq;                 -- cache 1: the claim cursor needs last_value to be exact
create sequence /*schema*/lease_seq;                 -- the fencing token: never reused, strictly rising for a job

-- A lane is one priority of one queue: odd numbers. The even number after it is its isolation lane, for jobs whose worker died.
create table /*schema*/lane (
  lane smallint primary key,
  queue text not null,
  priority smallint not null,
  isolated boolean not null,
  safe_seq bigint not null default 0,
  unique (queue, priority, isolated)) with (fillfactor = 10);

-- One row a process start. Liveness of all its leases. expires_at and waiting are not indexed, so that a beat is a HOT update.
create table /*schema*/worker (
  id uuid primary key,
  host text not null,
  pid int not null,
  version text not null,
  queues text[] not null,
  routes text[] not null default '{}',               -- the types it has handlers for, by exact name or prefix*
  waiting text[] not null default '{}',              -- the queues for which this process is idle and wants a notification
  started_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  first_lease bigint not null) with (fillfactor = 20);

-- Written once; never updated. Partitions by the time in the id, as wide as retention asks for; a wrong clock lands in the default one.
create table /*schema*/job (
  id uuid primary key,
  created_at timestamptz not null default clock_timestamp(),
  due timestamptz,
  timeout_ms int,                                    -- -1 none, null the handler's or queue's
  lane smallint not null,
  max_attempts smallint not null,
  key_scope smallint not null default 0,
  key_replace boolean not null default false,
  type text not null,
  dedup_key text,
  headers json,
  payload json not null) partition by range (id);
create table /*schema*/job_default partition of /*schema*/job default;

-- Insert and delete only. A job that becomes ready again gets a new seq, so a reader may keep a cursor.
create table /*schema*/ready (
  seq bigint not null default nextval('/*schema*/ready_seq'),
  job_id uuid not null,
  lane smallint not null,
  attempt smallint not null default 0,
  crashes smallint not null default 0)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = -1,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 2000000000);
create index ready_claim on /*schema*/ready (lane, seq);

create table /*schema*/scheduled (
  run_at timestamptz not null,
  job_id uuid not null,
  lane smallint not null,
  attempt smallint not null default 0,
  crashes smallint not null default 0,
  deferred boolean not null default false)           -- put back because the worker had no handler for the type
  with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index scheduled_due on /*schema*/scheduled (run_at);
create index scheduled_job on /*schema*/scheduled (job_id);
create index scheduled_deferred on /*schema*/scheduled (job_id) where deferred;

-- One row a claimed batch. No expiry: liveness is the worker row's.
create table /*schema*/lease (
  id bigint primary key default nextval('/*schema*/lease_seq'),
  worker uuid not null,
  claimed_at timestamptz not null default clock_timestamp(),
  job_ids uuid[] not null,
  attempts smallint[] not null,
  lanes smallint[] not null,
  crashes smallint[] not null)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- Append only; one row for (lease, job) however the attempt ended. outcome: 2 succeeded, 3 retried, 4 failed, 5 cancelled, 6 released, 7 snoozed,
-- 8 deferred, 9 superseded, 10 lost. Terminal: 2, 4, 5, 9. Not burnt: 6, 7, 8. lease_id 0: ended without a lease. Partitions by the end.
create table /*schema*/attempt (
  lease_id bigint not null,
  job_id uuid not null,
  finished_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  attempt smallint not null,
  outcome smallint not null,
  lane smallint not null,
  worker uuid,
  error text,
  result json,                                       -- of a success that has one
  log json) partition by range (finished_at);        -- the captured lines, where the handler's are captured
create table /*schema*/attempt_default partition of /*schema*/attempt default;
create index attempt_job on /*schema*/attempt (job_id, lease_id);

-- A row only for a job that holds a deduplication key. scope: 1 until finished, 2 until started, 3 for a period, 4 while retained.
create table /*schema*/dedup (
  key text primary key,
  job_id uuid not null,
  scope smallint not null,
  until timestamptz,
  replaceable boolean not null default false,
  started boolean not null default false) with (fillfactor = 80);
create index dedup_until on /*schema*/dedup (until) where until is not null;

-- Jobs to end before they start, or to stop while they run: checked at claim and by the heartbeat. outcome 4, 5 or 9.
create table /*schema*/tombstone (
  job_id uuid primary key,
  outcome smallint not null default 5,
  reason text,
  at timestamptz not null default clock_timestamp());

-- What workers have, or had, handlers for: an exact type name, or a prefix with a star. As many as there are registrations, whatever types jobs have.
create table /*schema*/route (
  name text primary key,
  seen_at timestamptz not null default clock_timestamp());

-- One delta row a flush, lane, outcome and route, rolled up later: totals and rates of finished jobs without counting history. bucket: ten seconds, later more.
-- route: '' where no worker has a handler for the type. grain: 0 a delta, 1 rolled up to ten seconds, 2 a minute, 3 ten minutes, 4 an hour, 5 a day, 6 ever.
create table /*schema*/counter (
  bucket timestamptz not null,
  lane smallint not null,
  outcome smallint not null,
  n bigint not null,
  route text not null default '',
  grain smallint not null default 0)
  with (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
create index counter_bucket on /*schema*/counter (grain, bucket);
