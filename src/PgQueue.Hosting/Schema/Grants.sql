-- Least-privilege roles. None of them can log in: grant them to your login roles, for example  grant /*name*/_worker to app;
--   /*name*/_enqueue  stores jobs and cancels them; of what is stored it sees the outcome, error and result of jobs whose ids it knows
--   /*name*/_worker   runs jobs, defines and steers schedules; includes _enqueue and _view
--   /*name*/_view     looks at everything but payloads, headers, results, log lines, messages of progress and error texts
-- A health check of _worker or _view sees no sessions of other roles; to have those that hold dead rows back named:  grant pg_monitor to app;
-- The schema's owner applies migrations; start the others with Migrate = Validate.
do $$
declare r text;
begin
  foreach r in array array['/*name*/_enqueue', '/*name*/_worker', '/*name*/_view'] loop
    begin
      if not exists(select from pg_roles where rolname = r) then execute format('create role %I nologin', r); end if;
    exception when duplicate_object or unique_violation then null;   -- roles belong to the whole server: made for another database just now
    end;
  end loop;
end $$;

grant usage on schema "/*name*/" to "/*name*/_enqueue", "/*name*/_worker", "/*name*/_view";
grant select on /*schema*/meta, /*schema*/migration, /*schema*/lane to "/*name*/_enqueue", "/*name*/_worker", "/*name*/_view";

grant execute on function /*schema*/ensure_lane, /*schema*/enqueue_job, /*schema*/enqueue_jobs, /*schema*/end_pending,
  /*schema*/watch_jobs, /*schema*/ended_jobs to "/*name*/_enqueue", "/*name*/_worker";

grant execute on function /*schema*/wake, /*schema*/wake_lanes, /*schema*/claim_jobs, /*schema*/gate_jobs, /*schema*/settle_jobs,
  /*schema*/detach_jobs, /*schema*/complete_in_transaction, /*schema*/register_worker, /*schema*/beat, /*schema*/set_waiting,
  /*schema*/unregister_worker, /*schema*/rescue, /*schema*/sweep_leases, /*schema*/promote, /*schema*/recall_deferred, /*schema*/run_now,
  /*schema*/move_jobs, /*schema*/mark, /*schema*/advance, /*schema*/share_safe, /*schema*/create_partitions, /*schema*/drop_expired,
  /*schema*/announce_retention, /*schema*/effective_retention, /*schema*/attach_detached, /*schema*/sweep_kept,
  /*schema*/janitor, /*schema*/define_schedule, /*schema*/pause_schedule, /*schema*/remove_schedule, /*schema*/trigger_schedule, /*schema*/announce_schedules, /*schema*/fire_schedules, /*schema*/fire_waiting, /*schema*/drop_occurrences,
  /*schema*/retry_jobs, /*schema*/drop_retries, /*schema*/note_act, /*schema*/end_jobs, /*schema*/move_job, /*schema*/move_many, /*schema*/pause_work,
  /*schema*/resume_work, /*schema*/recall_resumed, /*schema*/drop_audit, /*schema*/report_progress, /*schema*/sweep_runs, /*schema*/roll_counters to "/*name*/_worker";
grant select on /*schema*/job, /*schema*/attempt, /*schema*/progress, /*schema*/schedule, /*schema*/schedule_version to "/*name*/_worker";

grant select on /*schema*/ready, /*schema*/scheduled, /*schema*/lease, /*schema*/worker, /*schema*/dedup, /*schema*/tombstone, /*schema*/counter,
  /*schema*/occurrence, /*schema*/retry, /*schema*/waiter, /*schema*/pause, /*schema*/audit, /*schema*/moved, /*schema*/route, /*schema*/retention, /*schema*/kept to "/*name*/_worker", "/*name*/_view";
grant execute on function /*schema*/sample_ready, /*schema*/sample_scheduled, /*schema*/sample_running to "/*name*/_worker", "/*name*/_view";
grant select (id, created_at, due, timeout_ms, lane, max_attempts, key_scope, key_replace, type, dedup_key) on /*schema*/job to "/*name*/_view";
grant select (lease_id, job_id, finished_at, started_at, attempt, outcome, lane, worker) on /*schema*/attempt to "/*name*/_view";
grant select (job_id, lease_id, fraction, at) on /*schema*/progress to "/*name*/_view";
grant select (name, revision, owner, digest, replaced, cron, time_zone, gap, overlap, missed, when_running, enabled, type, lane, max_attempts, timeout_ms,
  anchor, changed_at, paused_at, next_at, waiting_at, waiting_since, last_at, last_job) on /*schema*/schedule to "/*name*/_view";
