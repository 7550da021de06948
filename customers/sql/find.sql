-- Finding again whom the shop knows. Exact phone or e-mail only: who can name it may be linked to it (A25, A52).

-- Whom somebody has just found: until the end of that transaction they may give the customer an order. No grants: only the
-- functions of the owner read and write it. Unlogged: after a crash no transaction is left that could lean on a row.
create unlogged table if not exists ops.found_customers (
  txid xid8 not null, uid bigint not null, customer_id bigint not null, primary key (txid, uid, customer_id));

-- By any of their phones or e-mails, a phone before an e-mail. The customer is locked, so that two who receive an order of
-- theirs at once fill its blanks one after the other, and so that nobody who holds the lighter lock of an order's foreign
-- key ever waits for the heavier one. Whoever was merged while we waited is not found: the caller looks once more.
create or replace function ops.find_customer(by_phone text, by_email text) returns bigint language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
declare found bigint;
begin
  select c.id into found from customers_customercontact k join customers_customer c on c.id = k.customer_id
   where (k.kind = 'phone' and lower(k.value) = by_phone or k.kind = 'email' and lower(k.value) = lower(by_email))
     and c.merged_into_id is null
   order by (k.kind = 'phone') desc, c.id limit 1 for no key update of c;
  if found is null then return null; end if;
  -- What ended transactions left; rows that another one is taking away just now are left to it.
  delete from ops.found_customers f using (
    select g.ctid from ops.found_customers g where g.txid < pg_snapshot_xmin(pg_current_snapshot())
     limit 100 for update skip locked) over_now
   where f.ctid = over_now.ctid;
  insert into ops.found_customers (txid, uid, customer_id) values (pg_current_xact_id(), coalesce(ops.uid(), 0), found)
  on conflict do nothing;
  return found;
end $$;

-- Whether the person found this customer by phone or e-mail in this very transaction.
create or replace function ops.has_found(of_customer bigint) returns boolean language sql volatile
security definer set search_path = pg_catalog, public, pg_temp as
$$ select exists (select 1 from ops.found_customers f
                   where f.txid = pg_current_xact_id() and f.uid = coalesce(ops.uid(), 0) and f.customer_id = of_customer) $$;

-- Ids that match, newest first and capped: name, how any phone (E.164) or any e-mail begins. DEFINER for the same reason
-- as ops.search_orders: LIKE is not leakproof, so under row security the trigram index would never be used (D10). It asks
-- by itself whom the reader may know: hits of others would tell of them.
create or replace function ops.search_customers(term text, number text, most int) returns bigint[] language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  found bigint[];
  escaped text := replace(replace(replace(term, '\', '\\'), '%', '\%'), '_', '\_');
  pattern text := case when length(term) < 3 then '' else '%' end || escaped || '%';
  sees_all boolean := ops.has_scope('customers_all');
  me bigint := ops.uid();
begin
  select array_agg(id) into found from (
    select distinct h.id from (
      (select c.id from customers_customer c where c.name ilike pattern and c.merged_into_id is null
         and (sees_all or c.keeper_id = me or exists (select 1 from orders_order o where o.customer_id = c.id and o.agent_id = me))
        order by c.id desc limit most)
      union all
      (select c.id from customers_customercontact k join customers_customer c on c.id = k.customer_id
        where length(number) >= 5 and k.kind = 'phone' and lower(k.value) ^@ number and c.merged_into_id is null
          and (sees_all or c.keeper_id = me or exists (select 1 from orders_order o where o.customer_id = c.id and o.agent_id = me))
        order by c.id desc limit most)
      union all
      (select c.id from customers_customercontact k join customers_customer c on c.id = k.customer_id
        where length(term) >= 3 and k.kind = 'email' and lower(k.value) ^@ lower(term) and c.merged_into_id is null
          and (sees_all or c.keeper_id = me or exists (select 1 from orders_order o where o.customer_id = c.id and o.agent_id = me))
        order by c.id desc limit most)) h
     order by h.id desc limit most) hits;
  return coalesce(found, '{}');
end $$;

-- Pairs who may be one, best reasons first: numbers with the same last nine digits, mails that differ by dots or a +tag,
-- the same words of a name in the same city, and for the newest customers a name that is almost the same. Not a finding.
create or replace function ops.customers_alike(most int)
returns table (one bigint, one_name text, other bigint, other_name text, why text, hint text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with live as not materialized (select c.id, c.name, c.city from customers_customer c where c.merged_into_id is null),
  keyed as (
    select k.customer_id as id, 1 as rank, 'phone numbers end alike' as why, right(k.value, 9) as key, k.value::text as hint
      from customers_customercontact k where k.kind = 'phone' and length(k.value) > 9
    union all
    select k.customer_id, 2, 'e-mails are almost the same',
           replace(split_part(split_part(lower(k.value), '@', 1), '+', 1), '.', '') || '@' || split_part(lower(k.value), '@', 2), k.value::text
      from customers_customercontact k where k.kind = 'email'
    union all
    select l.id, 3, 'same name and city',
           (select string_agg(w, ' ' order by w) from regexp_split_to_table(regexp_replace(lower(l.name), '[^[:alnum:] ]', '', 'g'), ' +') w where w <> '')
             || '|' || lower(l.city), l.city::text
      from live l where l.city <> ''),
  shared as (select k.rank, k.why, k.key from keyed k where k.key <> '' group by 1, 2, 3 having count(distinct k.id) between 2 and 5),
  pairs as (
    select a.id as one, b.id as other, a.rank, a.why, a.hint || case when a.hint <> b.hint then ', ' || b.hint else '' end as hint
      from shared s join keyed a using (rank, key) join keyed b using (rank, key) where a.id < b.id
    union all
    select least(n.id, o.id), greatest(n.id, o.id), 4, 'names are almost the same', coalesce(nullif(n.city, ''), o.city)
      from (select * from live order by id desc limit 200) n
      cross join lateral (select * from live l where l.name % n.name and l.id <> n.id
                             and (lower(l.city) = lower(n.city) or l.city = '' or n.city = '')
                             and similarity(l.name, n.name) > 0.55 limit 3) o)
  select p.one, a.name, p.other, b.name, p.why, p.hint
    from (select distinct on (p.one, p.other) p.* from pairs p order by p.one, p.other, p.rank) p
    join live a on a.id = p.one join live b on b.id = p.other
   order by p.rank, p.one desc, p.other limit most $$;
