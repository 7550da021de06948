-- Finding again whom the shop knows. Exact phone or e-mail only: who can name it may be linked to it (A25, A52).

-- Whom somebody has just found: until the end of that transaction they may give the customer an order. No grants: only the
-- functions of the owner read and write it. Unlogged: after a crash no transaction is left that could lean on a row.
create unlogged table if not exists ops.found_customers (
  txid xid8 not null, uid bigint not null, customer_id bigint not null, primary key (txid, uid, customer_id));

-- The customer is locked, so that two who receive an order of theirs at once fill its blanks one after the other, and so
-- that nobody who holds the lighter lock of an order's foreign key ever waits for the heavier one.
create or replace function ops.find_customer(by_phone text, by_email text) returns bigint language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
declare found bigint;
begin
  select c.id into found from customers_customer c
   where (by_phone is not null and c.phone = by_phone) or (by_email is not null and lower(c.email) = lower(by_email))
   order by (c.phone = by_phone) desc nulls last, c.id limit 1 for no key update;
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
