-- Which steps are applied, and the row that lets one process at a time apply them. Safe to repeat, also by many at once.
create table if not exists /*schema*/migration (
  version int primary key,
  name text not null,
  hash text not null,
  oldest_compatible int not null,
  applied_at timestamptz not null default clock_timestamp());
create table if not exists /*schema*/migration_lock (
  only_row boolean primary key default true check (only_row));
insert into /*schema*/migration_lock default values on conflict do nothing;
