-- The main phone and e-mail of a customer are rows of customers_customercontact as well: one unique key for all there are.

create or replace function ops.keep_main_contacts() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  was text; now_is text; what text;
begin
  foreach what in array array['phone', 'email'] loop
    was := case what when 'phone' then old.phone else old.email end;
    now_is := case what when 'phone' then new.phone else new.email end;
    continue when was is not distinct from now_is;
    continue when ops.putting_back();  -- the rows that followed are put back by themselves
    delete from customers_customercontact k where k.customer_id = new.id and k.kind = what and k.is_main;
    if now_is is not null then
      -- One that they had as a further contact becomes the main one; somebody else's stays theirs.
      insert into customers_customercontact as k (customer_id, kind, value, is_main) values (new.id, what, now_is, true)
      on conflict (kind, lower(value)) do update set is_main = true, value = excluded.value
        where k.customer_id = excluded.customer_id;
      if not found then
        raise exception 'Another customer has %.', now_is using errcode = '23505', constraint = 'customers_contact_once';
      end if;
    end if;
  end loop;
  return null;
end $$;

-- New customers, once for a statement: a load brings thousands.
create or replace function ops.keep_new_main_contacts() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into customers_customercontact (customer_id, kind, value, is_main)
  select a.id, v.kind, v.value, true
    from added a cross join lateral (values ('phone', a.phone::text), ('email', a.email::text)) v(kind, value)
   where v.value is not null;
  return null;
end $$;

-- Who has the customer's page open: the keeper, and the agents of their orders; past 50 everybody asks again.
create or replace function ops.customer_viewers(of_customer bigint, keeper bigint, keeper_before bigint) returns text
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select case when count(*) > 50 then '*' else coalesce(string_agg(u::text, ','), '-') end
     from (select keeper as u union select keeper_before
           union select o.agent_id from orders_order o where o.customer_id = of_customer) v where u is not null $$;

create or replace function ops.tell_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if coalesce(nullif(current_setting('ops.told_customer', true), ''), '0')::int > 50 then return null; end if;
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  perform ops.tell('customer', new.id, null, null,
                   ops.customer_viewers(new.id, new.keeper_id, case when tg_op = 'UPDATE' then old.keeper_id end));
  return null;
end $$;

create or replace function ops.tell_new_customers() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare c record;
begin
  for c in select a.id, a.keeper_id from added a limit 51 loop
    exit when coalesce(nullif(current_setting('ops.told_customer', true), ''), '0')::int > 50;
    perform ops.tell('customer', c.id, null, null, coalesce(c.keeper_id::text, '-'));
  end loop;
  return null;
end $$;

create or replace function ops.tell_customer_contact() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare c record;
begin
  if coalesce(nullif(current_setting('ops.told_customer', true), ''), '0')::int > 50 then return null; end if;
  if tg_op <> 'DELETE' and new.is_main then return null; end if;
  select x.id, x.keeper_id into c from customers_customer x
   where x.id = case when tg_op = 'DELETE' then old.customer_id else new.customer_id end;
  perform ops.tell('customer', c.id, null, null, ops.customer_viewers(c.id, c.keeper_id, null));
  return null;
end $$;

-- The same for what stands beside a row of any noun (noun, subject_id): messages. Give it the condition noun = 'customer'.
create or replace function ops.tell_customer_subject() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare c record;
begin
  if coalesce(nullif(current_setting('ops.told_customer', true), ''), '0')::int > 50 then return null; end if;
  select x.id, x.keeper_id into c from customers_customer x where x.id = new.subject_id;
  if found then
    perform ops.tell('customer', c.id, null, null, ops.customer_viewers(c.id, c.keeper_id, null));
  end if;
  return null;
end $$;

-- Which of these pairs, place by place, the person may see: what notices and threads ask. The same rows as the policies of
-- customers_customer and visible_to.
create or replace function ops.customer_seen(ids bigint[], people bigint[], assume jsonb) returns table (subject_id bigint, person_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select p.id, p.person
     from unnest(ids, people) p(id, person)
     join customers_customer c on c.id = p.id
     join accounts_user u on u.id = p.person and u.is_active
    where 'customers_all' = any (u.scopes)
       or 'customers_own' = any (u.scopes) and (
            c.keeper_id = u.id or exists (select 1 from orders_order o where o.customer_id = c.id and o.agent_id = u.id)) $$;
