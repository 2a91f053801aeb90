-- Leftovers. Everything here may be run by any process at any time, beside the workers.

-- The least id of a UUIDv7 made at that instant.
create function /*schema*/uuid_at(t timestamptz) returns uuid language sql immutable
  set search_path = pg_catalog, pg_temp as $$
  select (lpad(to_hex(floor(extract(epoch from t) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid $$;
revoke execute on function /*schema*/uuid_at from public;

-- Every few minutes by anyone: leftovers that are harmless (every reader checks them against a terminal attempt or until).
create function /*schema*/janitor() returns void language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  delete from /*schema*/tombstone where job_id = any(array(select t.job_id from /*schema*/tombstone t where exists(
    select from /*schema*/attempt r where r.job_id = t.job_id and r.outcome in (2, 4, 5, 9)) order by 1 for update skip locked));
  delete from /*schema*/dedup where ctid = any(array(select d.ctid from /*schema*/dedup d where d.scope in (1, 2) and exists(
    select from /*schema*/attempt r where r.job_id = d.job_id and r.outcome in (2, 4, 5, 9)) order by d.key for update skip locked));
  delete from /*schema*/dedup where ctid = any(array(
    select d.ctid from /*schema*/dedup d where d.until < now() order by d.key limit 10000 for update skip locked)) $$;
revoke execute on function /*schema*/janitor from public;
