-- Stock is what its moves add up to. A move is inserted; levels are written here and nowhere else (D22, S3, ruling 15).
-- Everybody locks levels in the order of products, then places, so that no two wait for each other (S4).

-- Who and when. A receipt, a scrap and a reversal are true when they are written; an opening and a count may say an
-- earlier moment. Plain, since it runs for each row of a load.
create or replace function ops.stamp_move() returns trigger language plpgsql as $$
begin
  new.recorded_at := ops.now();
  new.by_id := ops.uid();
  if new.kind not in ('opening', 'count') then new.at := new.recorded_at; end if;
  if new.at > new.recorded_at then
    raise exception 'This time has not come yet.' using errcode = '23514', constraint = 'ops_guard_move_future';
  end if;
  return new;
end $$;

-- What a count changes is its difference to the quantity at the moment of counting, not of saving.
create or replace function ops.work_out_count() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare began timestamptz;
begin
  insert into inventory_level (item_id, location_id, on_hand, reserved, moves)
  values (new.item_id, new.location_id, 0, 0, 0) on conflict do nothing;
  perform from inventory_level l where l.item_id = new.item_id and l.location_id = new.location_id for update;
  select max(m.at) into began from inventory_move m
   where m.item_id = new.item_id and m.location_id = new.location_id and m.kind = 'opening'
     and not exists (select 1 from inventory_move r where r.reverses_id = m.id);
  if new.at < began then
    raise exception 'The stock here begins on %; it cannot be counted as of before.',
      to_char(began at time zone '{zone}', 'FMDD Mon YYYY, HH24:MI')
      using errcode = '23514', constraint = 'ops_guard_count_early';
  end if;
  new.quantity := new.counted - coalesce((select sum(m.quantity) from inventory_move m
    where m.item_id = new.item_id and m.location_id = new.location_id and m.at <= new.at), 0);
  return new;
end $$;

-- Once for a statement, however many moves it brings. Lines that are new are made as they will be; all others are locked,
-- looked at and changed.
create or replace function ops.keep_levels() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare fresh bigint[]; said text; told record;
begin
  if exists (select 1 from added a join inventory_move m on m.id = a.reverses_id
              where (a.item_id, a.location_id, a.quantity) is distinct from (m.item_id, m.location_id, -m.quantity)
                 or m.kind = 'reversal') then
    raise exception 'A move is taken back as a whole, where it was made.'
      using errcode = '23514', constraint = 'ops_guard_move_reversal';
  end if;

  with sums as (
    select item_id, location_id, sum(quantity) as quantity, count(*) as moves, max(recorded_at) as at
      from added group by 1, 2
    having sum(quantity) between 0 and 1e9 - 1 and not (count(*) > 1 and bool_or(kind in ('opening', 'reversal')))),
  made as (
    insert into inventory_level (item_id, location_id, on_hand, reserved, moves, moved_at)
    select s.item_id, s.location_id, s.quantity, 0, s.moves, s.at from sums s
     where not exists (select 1 from inventory_level l where (l.item_id, l.location_id) = (s.item_id, s.location_id))
     order by 1, 2
    on conflict do nothing returning id)
  select coalesce(array_agg(id), '{}') into fresh from made;

  if cardinality(fresh) < (select count(*) from (select distinct item_id, location_id from added) x) then
    insert into inventory_level (item_id, location_id, on_hand, reserved, moves)
    select distinct a.item_id, a.location_id, 0, 0, 0 from added a order by 1, 2
    on conflict do nothing;
    perform from inventory_level l join (select distinct item_id, location_id from added) a using (item_id, location_id)
      where not exists (select 1 from unnest(fresh) f where f = l.id) order by l.item_id, l.location_id for update of l;

    select format('%s (%s) has stock in %s already: %s on hand. Count it instead.', i.name, i.sku, p.name,
                  trim_scale(l.on_hand)) into said
      from (select item_id, location_id, count(*) as n from added group by 1, 2 having bool_or(kind = 'opening')) d
      join inventory_level l using (item_id, location_id)
      join inventory_stockitem i on i.product_id = d.item_id join inventory_location p on p.id = d.location_id
     where l.moves + d.n > 1 and not exists (select 1 from unnest(fresh) f where f = l.id) order by d.item_id limit 1;
    if said is not null then
      raise exception '%', said using errcode = '23514', constraint = 'ops_guard_opening_once';
    end if;

    select format('There are %s of %s (%s) in %s%s: %s cannot leave.', trim_scale(l.on_hand), i.name, i.sku, p.name,
                  case when l.reserved > 0 then format(', %s of them reserved', trim_scale(l.reserved)) else '' end,
                  trim_scale(-d.quantity)) into said
      from (select item_id, location_id, sum(quantity) as quantity from added group by 1, 2) d
      join inventory_level l using (item_id, location_id)
      join inventory_stockitem i on i.product_id = d.item_id join inventory_location p on p.id = d.location_id
     where d.quantity < 0 and l.on_hand + d.quantity < l.reserved order by d.item_id limit 1;
    if said is not null then
      raise exception '%', said using errcode = '23514', constraint = 'ops_guard_level_short';
    end if;

    if exists (select 1 from (select item_id, location_id, sum(quantity) as quantity from added group by 1, 2) d
                join inventory_level l using (item_id, location_id)
               where l.on_hand + d.quantity >= 1e9 and not exists (select 1 from unnest(fresh) f where f = l.id)) then
      raise exception 'A location holds less than 1,000,000,000 of one thing.'
        using errcode = '23514', constraint = 'ops_guard_level_most';
    end if;

    update inventory_level l
       set on_hand = l.on_hand + d.quantity, moves = l.moves + d.moves, moved_at = d.at
      from (select item_id, location_id, sum(quantity) as quantity, max(recorded_at) as at,
                   sum(case when reverses_id is null then 1 else -1 end)::int as moves
              from added group by 1, 2) d
     where l.item_id = d.item_id and l.location_id = d.location_id
       and not exists (select 1 from unnest(fresh) f where f = l.id);
  end if;

  for told in select x.id from inventory_level x join (select distinct item_id, location_id from added limit 51) a
                using (item_id, location_id) loop
    exit when coalesce(nullif(current_setting('ops.told_level', true), ''), '0')::int > 50;
    perform ops.tell('level', told.id, null, null, '*');
  end loop;
  return null;
end $$;

-- Levels are written by ops.keep_levels and by a count: from within a trigger, never by hand, the owner neither.
create or replace function ops.guard_level() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() < 2 then
    raise exception 'Stock changes by moves alone: receive, count or scrap.'
      using errcode = '23514', constraint = 'ops_guard_level_by_hand';
  end if;
  return null;
end $$;

-- How many levels there are, and how many are not the sum of their moves: none, proved each night.
create or replace function ops.added_up_stock() returns table (levels bigint, wrong bigint) language sql stable
security definer set search_path = pg_catalog, public, pg_temp as
$$ select count(*), count(*) filter (
            where (coalesce(l.on_hand, -1), coalesce(l.moves, -1)) is distinct from (coalesce(m.on_hand, 0), coalesce(m.moves, 0)))
     from inventory_level l
     full join (select item_id, location_id, sum(quantity) as on_hand,
                       sum(case when reverses_id is null then 1 else -1 end) as moves
                  from inventory_move group by 1, 2) m using (item_id, location_id) $$;
