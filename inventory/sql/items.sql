-- A product as the stock room knows it: name, SKU and category without the price. Kept as the product is.

create or replace function ops.keep_new_stock_items() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into inventory_stockitem (product_id, sku, name, category, is_active)
  select a.id, a.sku, a.name, coalesce(c.name, ''), a.is_active
    from added a left join catalog_category c on c.id = a.category_id;
  return null;
end $$;

create or replace function ops.keep_stock_item() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update inventory_stockitem
     set sku = new.sku, name = new.name, is_active = new.is_active,
         category = coalesce((select c.name from catalog_category c where c.id = new.category_id), '')
   where product_id = new.id;
  return null;
end $$;

create or replace function ops.keep_stock_categories() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update inventory_stockitem i set category = new.name
    from catalog_product p where p.id = i.product_id and p.category_id = new.id;
  return null;
end $$;

-- A product that nothing points at may go (a load that is undone); its item, which has no stock, goes before it.
create or replace function ops.drop_stock_item() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select 1 from inventory_move m where m.item_id = old.id) then
    raise exception '% (%) has moves of stock; it stays.', old.name, old.sku
      using errcode = '23514', constraint = 'ops_guard_product_stocked';
  end if;
  delete from inventory_stockitem where product_id = old.id;
  return old;
end $$;
