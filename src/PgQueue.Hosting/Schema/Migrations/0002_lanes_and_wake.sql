-- Lanes, and waking idle workers. Functions of the queue run as their owner (security definer) with a fixed search_path, so that a role needs
-- nothing but EXECUTE; every name in them is qualified.

-- The lane of (queue, priority), made with its isolation lane if it is new. Serialised by the meta row; called outside users' transactions.
create function /*schema*/ensure_lane(queue_ text, priority_ smallint) returns smallint language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
declare found_ smallint;
begin
  select l.lane into found_ from /*schema*/lane l where l.queue = queue_ and l.priority = priority_ and not l.isolated;
  if found then return found_; end if;
  perform 1 from /*schema*/meta for update;
  select l.lane into found_ from /*schema*/lane l where l.queue = queue_ and l.priority = priority_ and not l.isolated;
  if found then return found_; end if;
  select coalesce(max(l.lane), 0) + 1 into found_ from /*schema*/lane l;
  insert into /*schema*/lane(lane, queue, priority, isolated)
    values (found_, queue_, priority_, false), (found_ + 1, queue_, priority_, true);
  -- workers that do not know the lane yet would not look into it
  perform pg_notify((select m.channel from /*schema*/meta m), '@');
  return found_;
end $$;
revoke execute on function /*schema*/ensure_lane from public;

-- Notify, but only where some other worker says it is idle: a notification makes every commit of the database wait in line.
create function /*schema*/wake(queues_ text[], me uuid) returns void language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_notify((select m.channel from /*schema*/meta m), q)
    from (select distinct u from unnest(queues_) u) d(q)
    where exists(select from /*schema*/worker w where d.q = any(w.waiting) and w.id is distinct from me);
end $$;
revoke execute on function /*schema*/wake from public;

create function /*schema*/wake_lanes(lanes_ smallint[], me uuid) returns void language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists(select from /*schema*/worker w where cardinality(w.waiting) > 0 and w.id is distinct from me) then
    perform /*schema*/wake(array(select distinct l.queue from /*schema*/lane l where l.lane = any(lanes_)), me);
  end if;
end $$;
revoke execute on function /*schema*/wake_lanes from public;
