-- Remove ended jobs from the default partitions, 5,000 a lane and outcome; null when there were none. Index: attempt_default_ended.
select nullif(/*schema*/sweep_kept(), 0)::text
