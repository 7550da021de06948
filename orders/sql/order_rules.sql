-- What PostgreSQL does for orders by itself: stamps, refusals, the costing row, telling open screens, sharing, search.

-- Number and business day. The sequence may leave gaps: order numbers may (M13). A file may have brought in a number that
-- looks like ours: it is passed over, one look into the index each.
create or replace function ops.stamp_order() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'INSERT' and coalesce(new.number, '') = '' then
    loop
      new.number := 'SO-' || nextval('orders_number');
      exit when not exists (select 1 from orders_order o where o.number = new.number);
    end loop;
  end if;
  new.placed_on := ops.shop_day(new.placed_at);
  return new;
end $$;

-- Cancelled orders stand still, held ones wait, and an order is delivered or shipped only with what that needs.
create or replace function ops.guard_order() returns trigger language plpgsql as $$
begin
  if new.stage is distinct from old.stage then
    if new.cancelled_at is not null then
      raise exception '% is cancelled; it does not move.', new.number
        using errcode = '23514', constraint = 'ops_guard_order_cancelled';
    end if;
    if new.held_at is not null then
      raise exception '% is on hold (%); release it first.', new.number, new.hold_reason
        using errcode = '23514', constraint = 'ops_guard_order_held';
    end if;
    if new.stage = 'shipped' and old.stage = 'ready_to_ship' and new.tracking_number = '' then
      raise exception '% needs a tracking number before it ships.', new.number
        using errcode = '23514', constraint = 'ops_guard_order_tracking';
    end if;
    if new.stage = 'in_production' and old.stage = 'received' and new.assignee_id is null then
      raise exception '% needs somebody in production before it starts.', new.number
        using errcode = '23514', constraint = 'ops_guard_order_assignee';
    end if;
  end if;
  if new.assignee_id is null and old.assignee_id is not null and new.stage in ('in_production', 'ready_to_ship') then
    raise exception '% is in production; somebody must have it.', new.number
      using errcode = '23514', constraint = 'ops_guard_order_assignee';
  end if;
  if new.tracking_number = '' and old.tracking_number <> '' and new.stage in ('shipped', 'delivered') then
    raise exception '% is on its way; its tracking number stays.', new.number
      using errcode = '23514', constraint = 'ops_guard_order_tracking';
  end if;
  if new.cancelled_at is not null and old.cancelled_at is null and old.stage in ('shipped', 'delivered') then
    raise exception '% has left the house; take it back instead of cancelling it.', new.number
      using errcode = '23514', constraint = 'ops_guard_order_left';
  end if;
  -- Since when it stands in its stage decides what is overdue and what can still be taken back: only a move sets it, and
  -- the clock that leaves out what was held only this guard.
  if (new.number, new.public_id, new.placed_at, new.placed_on, new.clock_since) is distinct from
     (old.number, old.public_id, old.placed_at, old.placed_on, old.clock_since)
     or (new.stage = old.stage and new.stage_since is distinct from old.stage_since) then
    raise exception 'The number and the times of an order stay as they are.'
      using errcode = '23514', constraint = 'ops_guard_order_identity';
  end if;
  -- Time on hold does not count: the clock of the stage goes on where it stood. What is held as of earlier, as by taking a
  -- release back, takes back what that release had added.
  if new.stage is distinct from old.stage then
    new.clock_since := null;
  elsif new.held_at is distinct from old.held_at then
    new.clock_since := coalesce(old.clock_since, old.stage_since) + coalesce(ops.now() - old.held_at, interval '0')
                       - coalesce(ops.now() - new.held_at, interval '0');
  end if;
  return new;
end $$;

-- Foreign keys do not ask row security, and who has an order of a customer sees the customer: so an order is given only to
-- a customer whom the person knows, by keeping them, by another own order or quote, or by having named their phone or e-mail just
-- now. Who sees every customer is let through first: a load brings thousands.
create or replace function ops.guard_order_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.customer_id is not distinct from old.customer_id then return new; end if;
  if coalesce(current_setting('role', true), 'none') in ('none', '') then return new; end if;
  if ops.has_scope('customers_all') then return new; end if;
  if exists (select 1 from customers_customer c where c.id = new.customer_id and c.keeper_id = ops.uid())
     or exists (select 1 from orders_order o where o.customer_id = new.customer_id and o.agent_id = ops.uid()
                   and o.id is distinct from new.id)
     or exists (select 1 from quotes_quote q where q.customer_id = new.customer_id and q.agent_id = ops.uid())
     or ops.has_found(new.customer_id) then
    return new;
  end if;
  raise exception 'The customer of % is not yours to know. Find them by their phone or e-mail.', new.number
    using errcode = '23514', constraint = 'ops_guard_order_customer';
end $$;

-- Every sale has its costing, with the database's copy of the amount; the composite key keeps the copy equal (D11).
create or replace function ops.make_costing() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into orders_ordercosting (order_id, order_amount) select s.order_id, s.order_amount from added s
  on conflict (order_id) do nothing;
  return null;
end $$;

-- Orders shared with the person by a colleague (guardian rows). DEFINER: the policy of orders asks it about orders.
create or replace function ops.shared_orders() returns bigint[] language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select coalesce(array_agg(p.content_object_id), '{}') from orders_orderuserobjectpermission p
     join auth_permission a on a.id = p.permission_id and a.codename = 'view_order'
    where p.user_id = ops.uid() $$;

-- Whom a change of this order concerns besides those who see all: its agent, the agent before, and its sharers.
create or replace function ops.order_viewers(of_order bigint, agent bigint, agent_before bigint) returns text
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select case when count(*) > 50 then '*' else coalesce(string_agg(distinct u::text, ','), '-') end
     from (select agent as u union select agent_before
           union select p.user_id from orders_orderuserobjectpermission p where p.content_object_id = of_order) v
    where u is not null $$;

-- The stage as the floor may know it: a cancelled order has left the floor, and so must word of it.
create or replace function ops.told_stage(o orders_order) returns text language sql immutable as
$$ select case when o.cancelled_at is null then o.stage end $$;

create or replace function ops.tell_order() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if coalesce(nullif(current_setting('ops.told_order', true), ''), '0')::int > 50 then return null; end if;
  if tg_op = 'DELETE' then
    perform ops.tell('order', old.id, null, ops.told_stage(old), ops.order_viewers(old.id, null, old.agent_id));
  elsif new is distinct from old then
    perform ops.tell('order', new.id, ops.told_stage(new), ops.told_stage(old), ops.order_viewers(new.id, new.agent_id, old.agent_id));
  end if;
  return null;
end $$;

-- New orders, once for a statement: past 50 one word says it for all, so nobody counts further.
create or replace function ops.tell_new_orders() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  if coalesce(nullif(current_setting('ops.told_order', true), ''), '0')::int > 50 then return null; end if;
  for o in select a.* from added a limit 51 loop
    perform ops.tell('order', o.id, ops.told_stage(o), null, ops.order_viewers(o.id, o.agent_id, null));
  end loop;
  return null;
end $$;

-- A change of what hangs on an order is a change of the order, for whoever has it open; past 50 one word says it for all.
create or replace function ops.tell_orders_changed(of_orders bigint[]) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  if coalesce(nullif(current_setting('ops.told_order', true), ''), '0')::int > 50 then return; end if;
  for o in select t.* from orders_order t where t.id = any (of_orders) loop
    perform ops.tell('order', o.id, ops.told_stage(o), ops.told_stage(o), ops.order_viewers(o.id, o.agent_id, null));
  end loop;
end $$;

create or replace function ops.tell_new_order_parts() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform ops.tell_orders_changed(array(select distinct a.order_id from added a limit 51));
  return null;
end $$;

create or replace function ops.tell_order_part() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  perform ops.tell_orders_changed(array[coalesce(new.order_id, old.order_id)]);
  return null;
end $$;

-- The same for what stands beside a row of any noun (noun, subject_id): files, comments. Give it the condition noun = 'order'.
create or replace function ops.tell_order_subject() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform ops.tell_orders_changed(array[new.subject_id]);
  return null;
end $$;

-- Who has an order open changed: told to whoever hears of the order itself. It writes nothing.
create or replace function ops.tell_order_here(of_order bigint) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  select * into o from orders_order where id = of_order;
  if found then
    perform ops.tell('orderhere', o.id, ops.told_stage(o), ops.told_stage(o), ops.order_viewers(o.id, o.agent_id, null));
  end if;
end $$;

-- Where the order stood when a file came is the database's to say.
create or replace function ops.stamp_order_stage() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  new.stage := coalesce((select o.stage from orders_order o where o.id = new.subject_id), '');
  return new;
end $$;

-- A share begins or ends: the colleague's screens must know.
create or replace function ops.tell_order_share() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  select * into o from orders_order where id = coalesce(new.content_object_id, old.content_object_id);
  perform ops.tell('order', o.id, ops.told_stage(o), ops.told_stage(o),
                   ops.order_viewers(o.id, o.agent_id, coalesce(new.user_id, old.user_id)));
  return null;
end $$;

-- Ids that match, capped; the rows themselves still pass the reader's policies. DEFINER: LIKE is not leakproof, so under
-- row security the trigram index would never be used (D10). So it asks by itself what the reader may see: hits of others
-- would tell of them, and would fill the cap.
-- Planned for each term: a plan for any term walks the whole table for the rare ones. Two letters have no trigram in the
-- middle of a word, so they are looked for at the beginning. Numbers are taken from the end of their own index: by id, the
-- whole table would be walked to where they begin.
create or replace function ops.search_orders(term text, most int) returns bigint[] language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  found bigint[];
  pattern text := case when length(term) < 3 then '' else '%' end || replace(replace(replace(term, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  -- Who may not see a customer does not find their orders by the customer's name either: a hit would tell the name.
  sees_customers boolean := ops.has_scope('customers_all');
  knows_own boolean := ops.has_scope('customers_own');
  me bigint := ops.uid();
  sees_all boolean := ops.has_scope('orders_all') or ops.has_scope('orders_read');
  given bigint[] := case when ops.has_scope('orders_own') then ops.shared_orders() else '{}' end;
  own boolean := ops.has_scope('orders_own');
  floor text[] := case when ops.has_scope('orders_floor') then ops.floor_stages('order') else '{}' end;
begin
  select array_agg(id) into found from (
    (select o.id from orders_order o where o.number ^@ upper(term) and
      (sees_all or own and (o.agent_id = me or o.id = any (given)) or o.stage = any (floor) and o.cancelled_at is null)
      order by o.number using ~>~ limit most)
    union
    (select o.id from orders_order o where o.external_id <> '' and o.external_id ^@ term and
      (sees_all or own and (o.agent_id = me or o.id = any (given)) or o.stage = any (floor) and o.cancelled_at is null) limit most)
    union
    (select o.id from customers_customer c join orders_order o on o.customer_id = c.id
      where (c.name ilike pattern or c.phone ^@ term)
        and (sees_customers or knows_own and me in (o.agent_id, c.keeper_id)) and
      (sees_all or own and (o.agent_id = me or o.id = any (given)) or o.stage = any (floor) and o.cancelled_at is null) order by o.id desc limit most)
    union
    (select o.id from orders_order o where o.summary ilike pattern and
      (sees_all or own and (o.agent_id = me or o.id = any (given)) or o.stage = any (floor) and o.cancelled_at is null) order by o.id desc limit most)) hits;
  return coalesce(found, '{}');
end $$;
