-- Taking a load out again, whatever noun it brought: by history, which knows each row that the load's one transaction
-- wrote (ops_importbatch.applied_txid). What the load was about and its parts (a noun, ops.kept_tables) must be as the load
-- left them, and nothing may hang on them; else nothing is undone. What it made along the way - an order's customer, its
-- product - goes when nothing else uses it and nobody has touched it since, and else stays.
-- A database that was restored counts its transactions anew: a number is the load's only while the load went on.
drop function if exists ops.load_rows(bigint);
drop function if exists ops.hanging_on(text, text, text, bigint[], jsonb, bigint);
drop function if exists ops.going_along(text, bigint, jsonb, jsonb);
drop function if exists ops.put_back(text, text, text, text[], bigint[], bigint[], bigint[], bigint);

-- While a load went on, by the clock of the wall as history has it: its public id says when it was brought. The load
-- itself, and what is told, may have been given another clock by the owner (ops.now).
create or replace function ops.load_wrote(b ops_importbatch) returns tstzrange language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select tstzrange(s.came - interval '1 minute', s.came + greatest(interval '0', coalesce(b.applied_at, 'infinity') - b.created_at)
                                                         + interval '5 minutes')
     from (select coalesce(uuid_extract_timestamp(b.public_id), b.created_at)) s(came) $$;
create or replace function ops.load_told(b ops_importbatch) returns tstzrange language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select tstzrange(b.created_at - interval '1 minute',
                    greatest(b.created_at, coalesce(b.applied_at, 'infinity')) + interval '5 minutes') $$;

-- Is a load being taken out in this very transaction? Triggers that follow a change then keep still: what they did is
-- history too, and is put back as it was. A row of a table without grants says it; a setting could be set by anybody.
create or replace function ops.putting_back() returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select exists (select 1 from ops_takeover t where t.noun = 'undo') $$;

-- The rows of each table that a transaction wrote: fresh are there since then, changed were there before, gone were taken
-- away; moved are those among all of them that somebody has written since.
create or replace function ops.load_rows(of_tx bigint, during tstzrange) returns table (place int, rel text, kept text, pk text, noun text,
  head boolean, fresh bigint[], changed bigint[], gone bigint[], moved bigint[])
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare t record;
begin
  for t in select * from ops.kept_tables() loop
    return query execute format($q$
      with mine as (
        select h.%2$I as id, min(h.history_id) as first, max(h.history_id) as last
          from public.%1$I h where h.history_txid = $1 and h.history_date <@ $8 group by 1),
      judged as (
        select m.id, l.history_type = '-' as went, f.history_type <> '+' as was, n.history_id > m.last as moved
          from mine m join public.%1$I l on l.history_id = m.last join public.%1$I f on f.history_id = m.first
         cross join lateral (select x.history_id from public.%1$I x where x.%2$I = m.id order by x.history_id desc limit 1) n)
      select $2, $3, $4, $5, $6, $7,
             coalesce(array_agg(id order by id) filter (where not was and not went), '{}'),
             coalesce(array_agg(id order by id) filter (where was and not went), '{}'),
             coalesce(array_agg(id order by id) filter (where was and went), '{}'),
             coalesce(array_agg(id order by id) filter (where moved), '{}')
        from judged having count(*) > 0$q$, t.kept, t.pk)
      using of_tx, t.place, t.rel, t.kept, t.pk, t.noun, t.head, during;
  end loop;
end $$;

-- Rows that hang on these, by a foreign key or as (noun, subject_id), and are not among `going` (table to ids). Records
-- of what was - moves, morning lists, letters - are not asked; what people noted to themselves goes with the row.
create or replace function ops.hanging_on(of_rel text, of_pk text, of_noun text, ids bigint[], going jsonb, of_tx bigint,
  told tstzrange) returns table (rel text, id bigint, on_id bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare link record;
begin
  if cardinality(ids) = 0 then return; end if;
  for link in
    select distinct r.relname as rel, a.attname as col, p.attname as pk
      from pg_constraint k cross join unnest(k.conkey, k.confkey) as m(here, there)
      join pg_class r on r.oid = k.conrelid
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = m.here
      join pg_attribute t on t.attrelid = k.confrelid and t.attnum = m.there and t.attname = of_pk
      join pg_index i on i.indrelid = k.conrelid and i.indisprimary
      join pg_attribute p on p.attrelid = k.conrelid and p.attnum = i.indkey[0]
     where k.contype = 'f' and k.confrelid = format('public.%I', of_rel)::regclass
    union
    select l.rel, l.col, l.pk from ops.loose_links() l where l.of_rel = hanging_on.of_rel
     order by 1, 2
  loop
    -- The other half of the row, kept by a trigger: what hangs on it hangs on the row.
    if link.col = link.pk and not exists (select 1 from ops.kept_tables() k where k.rel = link.rel) then
      return query select * from ops.hanging_on(link.rel, link.pk, '', ids, going, of_tx, told);
      continue;
    end if;
    return query execute format(
      'select %L::text, x.%2$I::bigint, x.%3$I::bigint from public.%1$I x join unnest($1) o(id) on o.id = x.%3$I'
      ' left join (select v::bigint as id from jsonb_array_elements_text($2) v) g on g.id = x.%2$I where g.id is null',
      link.rel, link.pk, link.col) using ids, coalesce(going -> link.rel, '[]');
  end loop;
  if of_noun = '' then return; end if;
  for link in select * from ops.tables_of_subjects() loop
    return query execute format(
      'select %L::text, x.id::bigint, x.subject_id from public.%1$I x join unnest($1) o(id) on o.id = x.subject_id'
      ' where x.noun = $2 and (%2$L <> ''ops_event'' or (to_jsonb(x) ->> ''txid'')::bigint <> $3'
      ' or not (to_jsonb(x) ->> ''at'')::timestamptz <@ $4)', link.rel, link.rel) using ids, of_noun, of_tx, told;
  end loop;
end $$;

-- What people noted to themselves about a row, or were told of it: it goes with the row.
create or replace function ops.passing_tables() returns text[] language sql immutable as
$$ select array['notices_notice', 'notices_watch', 'digests_snooze'] $$;

-- Tables of rooms whose rows belong to a (noun, subject_id) and count as somebody's work on it.
create or replace function ops.tables_of_subjects() returns table (rel text) language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select r.relname::text from pg_class r
    where r.relnamespace = 'public'::regnamespace and r.relkind = 'r' and r.relname !~ '_historical'
      and r.relname <> all (array['ops_transition', 'ops_takeover', 'digests_listed', 'notices_letter'] || ops.passing_tables())
      and (select count(*) from pg_attribute a
            where a.attrelid = r.oid and a.attname in ('noun', 'subject_id', 'id') and not a.attisdropped) = 3
    order by 1 $$;

-- Which tables of a load are what it was about: those of its noun, or all where the noun is none of theirs. What it taught
-- on the way - that a SKU is another one's spelling - is never that: who takes it back has not worked with the load.
create or replace function ops.is_own(of_noun text, table_noun text) returns boolean language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select table_noun = of_noun
       or table_noun <> 'skualias' and not exists (select 1 from ops.kept_tables() k where k.noun = of_noun) $$;

-- The load, for who may take it out: their own, still standing.
create or replace function ops.own_load(of_batch bigint) returns ops_importbatch language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare b ops_importbatch;
begin
  select * into b from ops_importbatch where id = of_batch;
  if b.id is null or b.by_id is distinct from ops.uid() then
    raise exception 'A load is undone by whoever loaded it.' using errcode = '23514', constraint = 'ops_guard_undo_whose';
  end if;
  if b.state <> 'applied' or b.applied_txid is null or b.undone_at is not null then
    raise exception '%', case when b.state = 'undone' then 'This load has been undone.' else 'This load cannot be undone: it has not been applied, or before loads could be.' end
      using errcode = '23514', constraint = 'ops_guard_undo_once';
  end if;
  return b;
end $$;

-- Rows of a load that are never changed, only reversed by another of the same table: how many nothing has reversed.
create or replace function ops.unreversed(of_batch bigint) returns bigint language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare t record; n bigint; of_all bigint := 0;
begin
  for t in
    select r.relname as rel, p.attname as pk, a.attname as batch, s.attname as reverses
      from pg_constraint k join pg_class r on r.oid = k.conrelid
      join pg_attribute a on a.attrelid = r.oid and a.attnum = k.conkey[1]
      join pg_constraint o on o.conrelid = r.oid and o.confrelid = r.oid and o.contype = 'f'
      join pg_attribute s on s.attrelid = r.oid and s.attnum = o.conkey[1]
      join pg_attribute p on p.attrelid = r.oid and p.attnum = o.confkey[1]
     where k.contype = 'f' and k.confrelid = 'public.ops_importbatch'::regclass
       and r.relname not in (select c.rel from ops.kept_tables() c)
  loop
    execute format('select count(*) from public.%1$I m where m.%3$I = $1 and m.%4$I is null'
                   ' and not exists (select 1 from public.%1$I x where x.%4$I = m.%2$I)', t.rel, t.pk, t.batch, t.reverses)
       into n using of_batch;
    of_all := of_all + n;
  end loop;
  return of_all;
end $$;

-- What stands against it: rows of the load that somebody has written since, and rows that hang on what came with it.
create or replace function ops.load_stops(of_batch bigint)
returns table (kind text, rel text, id bigint, on_rel text, on_id bigint, by_id bigint, at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare b ops_importbatch := ops.own_load(of_batch); t record;
begin
  for t in
    with rows as materialized (select * from ops.load_rows(b.applied_txid, ops.load_wrote(b)))
    select r.*, (select jsonb_object_agg(w.rel, to_jsonb(w.fresh)) from rows w) as going
      from rows r where ops.is_own(b.noun, r.noun) order by r.place
  loop
    return query execute format($q$
      select case n.history_type when '-' then 'removed' else 'changed' end, $3, m.id, $3, m.id, n.history_user_id, n.history_date
        from unnest($1) m(id)
       cross join lateral (select h.history_type::text, h.history_user_id, h.history_date from public.%1$I h
                            where h.%2$I = m.id and h.history_id > (
                              select max(x.history_id) from public.%1$I x
                               where x.%2$I = m.id and x.history_txid = $2 and x.history_date <@ $4)
                            order by h.history_id limit 1) n$q$, t.kept, t.pk)
      using t.moved, b.applied_txid, t.rel, ops.load_wrote(b);
    return query select 'hangs'::text, h.rel, h.id, t.rel, h.on_id, null::bigint, null::timestamptz
      from ops.hanging_on(t.rel, t.pk, case when t.head then t.noun else '' end, t.fresh, t.going, b.applied_txid,
                     ops.load_told(b)) h;
  end loop;
end $$;

-- What of the rows made along the way can go: round and round, until nothing that stays hangs on what goes, and nothing
-- goes that is a part of what stays. `made` and `going` are ids by table.
create or replace function ops.going_along(of_noun text, of_tx bigint, told tstzrange, made jsonb, going jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare t record; up record; stay bigint[]; part bigint[]; settled boolean;
begin
  loop
    settled := true;
    for t in select k.* from ops.kept_tables() k where not ops.is_own(of_noun, k.noun) and going ? k.rel loop
      select array_agg(distinct h.on_id) into stay
        from ops.hanging_on(t.rel, t.pk, case when t.head then t.noun else '' end,
                            array(select v::bigint from jsonb_array_elements_text(going -> t.rel) v), going, of_tx, told) h;
      for up in
        select a.attname as col, k.rel
          from pg_constraint c join pg_class r on r.oid = c.confrelid
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
          join ops.kept_tables() k on k.rel = r.relname and k.noun = t.noun and k.rel <> t.rel and made ? k.rel
         where c.contype = 'f' and c.conrelid = format('public.%I', t.rel)::regclass
      loop
        execute format('select array_agg(x.%2$I) from public.%1$I x where x.%2$I in (select v::bigint from jsonb_array_elements_text($1) v)'
                       ' and x.%3$I in (select v::bigint from jsonb_array_elements_text($2) v'
                       ' except select v::bigint from jsonb_array_elements_text($3) v)', t.rel, t.pk, up.col)
          into part using going -> t.rel, made -> up.rel, going -> up.rel;
        stay := stay || part;
      end loop;
      continue when coalesce(cardinality(stay), 0) = 0;
      settled := false;
      going := jsonb_set(going, array[t.rel], (
        select coalesce(jsonb_agg(v::bigint), '[]') from (
          select v::bigint from jsonb_array_elements_text(going -> t.rel) v except select unnest(stay)) w(v)));
    end loop;
    exit when settled;
  end loop;
  return going;
end $$;

-- Rows of one table as they were before the transaction: those that it changed, and those that it took away, by the same
-- ids. Who has been written since keeps what they wrote.
create or replace function ops.put_back(rel text, kept text, pk text, cols text[], changed bigint[], gone bigint[], moved bigint[],
  of_tx bigint, during tstzrange) returns bigint language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare ids bigint[] := array(select unnest(changed || gone) except select unnest(moved)); every_column text; news text; n bigint;
begin
  if cardinality(ids) = 0 then return 0; end if;
  select string_agg(format('%I', c), ', '), string_agg(format('%1$I = p.%1$I', c), ', ') filter (where c not in (pk, 'version', 'updated_at'))
    into every_column, news from unnest(cols) c;
  execute format($q$
    with before as materialized (
      select p.* from unnest($1) i(id)
       cross join lateral (select min(h.history_id) as first from public.%1$I h where h.%2$I = i.id and h.history_txid = $2
                           and h.history_date <@ $4) m
       cross join lateral (select h.* from public.%1$I h where h.%2$I = i.id and h.history_id < m.first
                            order by h.history_id desc limit 1) p),
    back as (insert into public.%3$I (%4$s) overriding system value select %4$s from before where %2$I = any ($3)),
    again as (update public.%3$I x set %5$s from before p where x.%2$I = p.%2$I and p.%2$I <> all ($3))
    select count(*) from before$q$, kept, pk, rel, every_column, news) into n using ids, of_tx, gone, during;
  return n;
end $$;

-- Takes a load out: how many rows went, are as they were again, and stay, by table. History says `undo` for as long as this
-- runs.
create or replace function ops.undo_load(of_batch bigint) returns jsonb language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare came text := coalesce(current_setting('ops.source', true), ''); b ops_importbatch; t record; made jsonb; going jsonb; ids bigint[]; n bigint;
        removed jsonb := '{}'; restored jsonb := '{}'; staying jsonb := '{}'; heard text; passing text; done bigint := 0; of_all bigint;
begin
  -- The same lock as a load of this source takes (ops/imports/applying.py): one after the other.
  perform pg_advisory_xact_lock(hashtext('ops.imports'), hashtext(i.noun || ' ' || i.source))
     from ops_importbatch i where i.id = of_batch;
  perform 1 from ops_importbatch i where i.id = of_batch and i.by_id = ops.uid() for update;
  b := ops.own_load(of_batch);
  n := ops.unreversed(of_batch);
  if n > 0 then
    raise exception 'This load cannot be undone so: % of its rows are reversed first.', n
      using errcode = '23514', constraint = 'ops_guard_undo_reversed';
  end if;
  -- Whoever is writing one of these rows just now is waited for; whoever comes later waits, and finds it gone.
  for t in select * from ops.load_rows(b.applied_txid, ops.load_wrote(b)) order by 1 loop
    execute format('select count(*) from (select 1 from public.%I x where x.%I = any ($1) order by x.%I for update) l', t.rel, t.pk, t.pk)
       into n using t.fresh || t.changed;
  end loop;
  select count(*) into n from ops.load_stops(of_batch);
  if n > 0 then
    raise exception 'This load cannot be undone: % of its rows have been worked with since.', n
      using errcode = '23514', constraint = 'ops_guard_undo_touched';
  end if;

  select jsonb_object_agg(r.rel, to_jsonb(r.fresh)),
         jsonb_object_agg(r.rel, case when ops.is_own(b.noun, r.noun) then to_jsonb(r.fresh) else
           (select coalesce(jsonb_agg(f), '[]') from (select unnest(r.fresh) except select unnest(r.moved)) v(f)) end)
    into made, going from ops.load_rows(b.applied_txid, ops.load_wrote(b)) r;
  made := coalesce(made, '{}');
  going := ops.going_along(b.noun, b.applied_txid, ops.load_told(b), made, coalesce(going, '{}'));

  -- One word for all of them, instead of one for each row and part; also to what they hung on.
  for heard in
    select distinct k.noun from ops.kept_tables() k
     where exists (select 1 from pg_trigger g where g.tgrelid = format('public.%I', k.rel)::regclass and g.tgname = 'zx_tell')
       and (made ? k.rel or exists (select 1 from pg_constraint c where c.contype = 'f' and c.confrelid = format('public.%I', k.rel)::regclass
                                       and made ? (select r.relname from pg_class r where r.oid = c.conrelid)::text))
  loop
    if coalesce(nullif(current_setting('ops.told_' || heard, true), ''), '0')::int <= 50 then
      perform set_config('ops.told_' || heard, '51', true);
      perform pg_notify('ops', heard || ' * * * *');
    end if;
  end loop;
  perform set_config('ops.source', 'undo', true);
  insert into ops_takeover (noun, kept, gone) values ('undo', of_batch, of_batch);

  select sum(jsonb_array_length(g.value)) into of_all from jsonb_each(going) g;
  -- Parts go before what they are part of, and come back after it. One query: what it found is from before all this.
  for t in
    with r as materialized (
      select l.*, k.cols from ops.load_rows(b.applied_txid, ops.load_wrote(b)) l join ops.kept_tables() k on k.rel = l.rel)
    select false as back, -r.place as turn, r.* from r union all select true, r.place, r.* from r order by back, turn
  loop
    if t.back then
      n := ops.put_back(t.rel, t.kept, t.pk, t.cols, t.changed, t.gone, t.moved, b.applied_txid, ops.load_wrote(b));
      restored := restored || case when n > 0 then jsonb_build_object(t.rel, n) else '{}' end;
      continue;
    end if;
    ids := array(select v::bigint from jsonb_array_elements_text(going -> t.rel) v);
    raise notice 'ops.undone % %', done, of_all;  -- heard while it goes on (ops/imports/undoing.py)
    execute format('delete from public.%I x where x.%I = any ($1)', t.rel, t.pk) using ids;
    done := done + cardinality(ids);
    if t.head then
      foreach passing in array ops.passing_tables() loop
        execute format('delete from public.%I x where x.noun = $1 and x.subject_id = any ($2)', passing) using t.noun, ids;
      end loop;
    end if;
    n := cardinality(ids);
    removed := removed || case when n > 0 then jsonb_build_object(t.rel, n) else '{}' end;
    n := cardinality(t.fresh) - n;
    staying := staying || case when n > 0 then jsonb_build_object(t.rel, n) else '{}' end;
  end loop;
  delete from ops_takeover x where x.noun = 'undo' and x.kept = of_batch;
  perform set_config('ops.source', came, true);

  update ops_importbatch set state = 'undone', undone_at = ops.now(), undone_by_id = ops.uid() where id = of_batch;
  return jsonb_build_object('removed', removed, 'restored', restored, 'staying', staying);
end $$;

-- A load says itself in which transaction it was applied, once; from then on only ops.undo_load changes what it says of
-- that. Not SECURITY DEFINER: whose rights are in force is what it asks.
create or replace function ops.guard_load() returns trigger language plpgsql as $$
declare inside boolean := current_user = (select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid);
begin
  if inside then
    if tg_op = 'UPDATE' and new.state = 'applied' and old.state <> 'applied' then
      new.applied_txid := (pg_catalog.pg_current_xact_id()::text)::bigint;
    end if;
    return new;
  end if;
  if tg_op = 'INSERT' then
    if new.state in ('applied', 'undone') or new.applied_txid is not null or new.undone_at is not null then
      raise exception 'A load is checked before it is applied.' using errcode = '23514', constraint = 'ops_guard_load';
    end if;
    return new;
  end if;
  if new.state = 'applied' and old.state = 'checked' then
    new.applied_txid := (pg_catalog.pg_current_xact_id()::text)::bigint;
  elsif new.state <> old.state and (new.state in ('applied', 'undone') or old.state in ('applied', 'undone'))
     or new.applied_txid is distinct from old.applied_txid then
    raise exception 'A load that was applied is only undone as a whole.' using errcode = '23514', constraint = 'ops_guard_load';
  end if;
  if (new.by_id, new.public_id, new.created_at, new.undone_at, new.undone_by_id)
       is distinct from (old.by_id, old.public_id, old.created_at, old.undone_at, old.undone_by_id)
     or old.state in ('applied', 'undone') and (new.noun, new.applied_at) is distinct from (old.noun, old.applied_at) then
    raise exception 'Who loaded a file, and when, stays.' using errcode = '23514', constraint = 'ops_guard_load';
  end if;
  return new;
end $$;
