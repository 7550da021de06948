-- Finding again whom the shop knows. Exact phone or e-mail only: who can name it may be linked to it (A25, A52).
create or replace function ops.find_customer(by_phone text, by_email text) returns bigint language sql stable
security definer set search_path = pg_catalog, public, pg_temp as
$$ select c.id from customers_customer c
    where (by_phone is not null and c.phone = by_phone) or (by_email is not null and lower(c.email) = lower(by_email))
    order by (c.phone = by_phone) desc nulls last, c.id limit 1 $$;
