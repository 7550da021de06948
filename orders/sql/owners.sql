-- Whose an order is when nobody was named: whoever keeps the customer, else the active agent with the fewest open orders.
-- DEFINER: it counts orders that whoever receives this one may not see; it answers with a colleague's id and no more.
create or replace function ops.owner_for(of_customer bigint) returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select coalesce(
     (select u.id from customers_customer c join accounts_user u on u.id = c.keeper_id
       where c.id = of_customer and u.is_active and u.scopes && array['orders_own', 'orders_all']),
     (select u.id from accounts_user u
       where u.is_active and 'orders_own' = any (u.scopes)
       order by (select count(*) from orders_order o where o.agent_id = u.id and o.cancelled_at is null
                   and o.stage in (select s.key from ops_stage s where s.noun = 'order' and s.category <> 'done')), u.id limit 1),
     (select u.id from accounts_user u where u.is_active and 'orders_all' = any (u.scopes) order by u.id limit 1)) $$;
