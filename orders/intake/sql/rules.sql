-- Who gets an order that nobody typed, and how an older secret of a storefront ends.

-- The person whose a new order of this customer is: who keeps the customer, else who had their last order, else the agent
-- with the fewest open orders, else anybody who sees every order. So an order without an owner cannot be (A6).
create or replace function ops.next_agent(of_customer bigint) returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  with sells as (select u.id, 'orders_own' = any (u.scopes) as own from accounts_user u
                  where u.is_active and u.scopes && array['orders_own', 'orders_all']::text[])
  select coalesce(
    (select c.keeper_id from customers_customer c join sells s on s.id = c.keeper_id where c.id = of_customer),
    (select o.agent_id from orders_order o join sells s on s.id = o.agent_id where o.customer_id = of_customer
      order by o.id desc limit 1),
    (select s.id from sells s where s.own
      order by (select count(*) from orders_order o join ops_stage t on t.noun = 'order' and t.key = o.stage
                 where o.agent_id = s.id and o.cancelled_at is null and t.category <> 'done'), s.id limit 1),
    (select min(id) from sells)) $$;

-- A new secret lets the ones before it work for one more day: the sender changes over without losing an order.
create or replace function ops.end_older_secrets() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update intake_intakesecret set ends_at = ops.now() + interval '1 day'
   where key_id = new.key_id and id <> new.id and ends_at is null;
  return null;
end $$;
