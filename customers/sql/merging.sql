-- Two customers who are one. The database moves the rows: it knows every table that points at a customer, also those that
-- the person may not see, and nothing is left behind that a later table brings (A52).

-- Every column that points at a customer, by foreign key, with the key of its table; but not the record of merges. Lone:
-- a customer has one such row at most, so where both have one, the merged one's stays where it was.
create or replace function ops.customer_links() returns table (rel text, col text, pk text, lone boolean) language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select r.relname::text, a.attname::text, p.attname::text,
          exists (select 1 from pg_index u where u.indrelid = r.oid and u.indisunique and u.indkey::text = a.attnum::text)
     from pg_constraint k join pg_class r on r.oid = k.conrelid
     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
     join pg_index i on i.indrelid = k.conrelid and i.indisprimary
     join pg_attribute p on p.attrelid = k.conrelid and p.attnum = i.indkey[0]
    where k.contype = 'f' and k.confrelid = 'public.customers_customer'::regclass and array_length(k.conkey, 1) = 1
      and r.relname <> 'customers_customermerge'
    order by r.relname = 'customers_customer' desc, 1, 2 $$;

-- Tables of rooms whose rows belong to a (noun, subject_id): files, notes, threads. Records that never change stay.
create or replace function ops.subject_tables() returns table (rel text, pk text) language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select r.relname::text, p.attname::text
     from pg_class r join pg_index i on i.indrelid = r.oid and i.indisprimary
     join pg_attribute p on p.attrelid = r.oid and p.attnum = i.indkey[0]
    where r.relnamespace = 'public'::regnamespace and r.relkind = 'r' and r.relname !~ 'historical'
      and exists (select 1 from pg_attribute a where a.attrelid = r.oid and a.attname = 'noun')
      and exists (select 1 from pg_attribute a where a.attrelid = r.oid and a.attname = 'subject_id')
      and not exists (select 1 from pg_trigger t where t.tgrelid = r.oid and t.tgname = 'aa_append_only')
    order by 1 $$;

-- Nothing new hangs on whoever was merged. The lock makes a merge and a new row wait for each other.
create or replace function ops.guard_live_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare into_whom bigint;
begin
  if tg_op = 'UPDATE' and new.customer_id is not distinct from old.customer_id then return new; end if;
  select c.merged_into_id into into_whom from customers_customer c where c.id = new.customer_id for key share;
  if into_whom is not null then
    raise exception 'This customer was merged into another one. Take that one.'
      using errcode = '23514', constraint = 'ops_guard_live_customer';
  end if;
  return new;
end $$;

-- The same for new rows, all of a statement at once: a load brings thousands. The lock is taken customer by customer, in
-- the order of their ids.
create or replace function ops.guard_live_customers() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform c.id from customers_customer c
    where c.id = any (array(select distinct a.customer_id from added a)) order by c.id for key share;
  if exists (select 1 from customers_customer c where c.merged_into_id is not null
               and c.id = any (array(select distinct a.customer_id from added a))) then
    raise exception 'This customer was merged into another one. Take that one.'
      using errcode = '23514', constraint = 'ops_guard_live_customer';
  end if;
  return null;
end $$;

-- The same for what stands beside a customer (noun, subject_id). Give it the condition noun = 'customer'.
create or replace function ops.guard_live_subject() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare into_whom bigint;
begin
  if tg_op = 'UPDATE' and new.subject_id is not distinct from old.subject_id then return new; end if;
  select c.merged_into_id into into_whom from customers_customer c where c.id = new.subject_id for key share;
  if into_whom is not null then
    raise exception 'This customer was merged into another one. Write there.'
      using errcode = '23514', constraint = 'ops_guard_live_customer';
  end if;
  return new;
end $$;

-- A merged customer stands still, is merged into one who is not, and nothing points at them. So there are no chains to
-- walk and no circles: every customer is one step from who they are.
create or replace function ops.guard_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare link record; held boolean; target record;
begin
  if tg_op = 'UPDATE' and old.merged_into_id is not null and new.merged_into_id is not null
     and to_jsonb(new) - array['merged_into_id', 'version', 'updated_at']
         <> to_jsonb(old) - array['merged_into_id', 'version', 'updated_at'] then
    raise exception '% was merged into another customer; change that one.', old.name
      using errcode = '23514', constraint = 'ops_guard_customer_merged';
  end if;
  -- Merged is who has a merge that stands: the record and the row say the same.
  if (new.merged_into_id is not null) <> exists (select 1 from customers_customermerge m where m.gone_id = new.id and m.undone_at is null)
     and not (tg_op = 'UPDATE' and new.merged_into_id is not distinct from old.merged_into_id) and (tg_op = 'UPDATE' or new.merged_into_id is not null) then
    raise exception '% is merged, and taken apart again, by a merge only.', new.name
      using errcode = '23514', constraint = 'ops_guard_customer_record';
  end if;
  if new.merged_into_id is null or tg_op = 'UPDATE' and new.merged_into_id is not distinct from old.merged_into_id then
    return new;
  end if;
  select c.id, c.merged_into_id as further into target from customers_customer c where c.id = new.merged_into_id for share;
  if target.further is not null or target.id = new.id then
    raise exception 'The customer that % is to be merged into was merged already.', new.name
      using errcode = '23514', constraint = 'ops_guard_customer_chain';
  end if;
  for link in select * from ops.customer_links() l where not l.lone loop
    execute format('select exists (select 1 from public.%I where %I = $1)', link.rel, link.col) into held using new.id;
    if held then
      raise exception '% still has rows of their own (%); they move first.', new.name, link.rel
        using errcode = '23514', constraint = 'ops_guard_customer_rows';
    end if;
  end loop;
  return new;
end $$;

-- Points rows of one table from one value to another and says which; what its own keys do not allow stays where it was.
create or replace function ops.repoint(rel text, col text, pk text, rule text, came bigint, goes bigint) returns jsonb
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare ids jsonb; one jsonb; done jsonb := '[]';
begin
  begin
    execute format('with m as (update public.%I set %I = $1 where %I = $2 and %s returning %I) select coalesce(jsonb_agg(%I order by %I), ''[]'') from m',
                   rel, col, col, rule, pk, pk, pk) into ids using goes, came;
    return ids;
  exception when unique_violation then null;
  end;
  execute format('select coalesce(jsonb_agg(%I order by %I), ''[]'') from public.%I where %I = $1 and %s', pk, pk, rel, col, rule)
     into ids using came;
  for one in select * from jsonb_array_elements(ids) loop
    begin
      execute format('update public.%I set %I = $1 where to_jsonb(%I) = $2', rel, col, pk) using goes, one;
      done := done || jsonb_build_array(one);
    exception when unique_violation then null;
    end;
  end loop;
  return done;
end $$;
revoke all on function ops.repoint(text, text, text, text, bigint, bigint) from public;

-- A merge touches the two, and those who were merged into them before: two merges in a row wait for each other here, where
-- none holds anything yet.
create or replace function ops.one_merge_at_a_time() returns void language sql volatile as
$$ select pg_advisory_xact_lock(hashtextextended('customers.merge', 0)) $$;

-- Does the merge that a row of customers_customermerge asks for.
create or replace function ops.merge_customers(of_merge bigint) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare m customers_customermerge; kept customers_customer; gone customers_customer; r customers_customer;
        link record; ids jsonb; moves jsonb := '{}';
begin
  perform ops.one_merge_at_a_time();
  select * into m from customers_customermerge where id = of_merge for update;
  if m.id is null or m.moved is not null then
    raise exception 'This merge is done.' using errcode = '23514', constraint = 'ops_guard_merge_once';
  end if;
  perform 1 from customers_customer c where c.id in (m.kept_id, m.gone_id) order by c.id for update;
  select * into kept from customers_customer where id = m.kept_id;
  select * into gone from customers_customer where id = m.gone_id;
  if kept.merged_into_id is not null or gone.merged_into_id is not null then
    raise exception '% has been merged into another customer.', case when gone.merged_into_id is null then kept.name else gone.name end
      using errcode = '23514', constraint = 'ops_guard_merge_once';
  end if;
  r := jsonb_populate_record(kept, m.chosen);
  insert into ops_takeover (noun, kept, gone) values ('customer', kept.id, gone.id);

  -- Their phones and e-mails come along as further ones; whichever becomes the main one does so below.
  update customers_customercontact set is_main = false where is_main and customer_id = gone.id;
  update customers_customercontact set is_main = false where is_main and customer_id = kept.id
     and (kind = 'phone' and r.phone is distinct from kept.phone or kind = 'email' and r.email is distinct from kept.email);
  update customers_customer set phone = null, email = null where id = gone.id;
  for link in select * from ops.customer_links() loop
    ids := ops.repoint(link.rel, link.col, link.pk, 'true', gone.id, kept.id);
    if ids <> '[]' then moves := moves || jsonb_build_object(link.rel || '.' || link.col, ids); end if;
  end loop;
  for link in select * from ops.subject_tables() loop
    ids := ops.repoint(link.rel, 'subject_id', link.pk, 'noun = ''customer''', gone.id, kept.id);
    if ids <> '[]' then moves := moves || jsonb_build_object(link.rel || '.subject_id', ids); end if;
  end loop;
  delete from ops_takeover t where t.noun = 'customer' and t.kept = m.kept_id and t.gone = m.gone_id;
  update customers_customer set name = r.name, phone = r.phone, email = r.email, city = r.city, address = r.address,
         keeper_id = r.keeper_id, notes = r.notes, wants_order_mail = r.wants_order_mail, wants_offers = r.wants_offers
   where id = kept.id;
  update customers_customer set merged_into_id = kept.id where id = gone.id;

  update customers_customermerge set moved = moves, kept_before = to_jsonb(kept), gone_before = to_jsonb(gone),
         by_id = ops.uid(), at = ops.now() where id = m.id;
end $$;

-- Takes a merge back: every row that moved, every field that was taken over. What came to the kept one since stays there.
create or replace function ops.unmerge_customers(of_merge bigint) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare m customers_customermerge; kept customers_customer; r customers_customer; g customers_customer;
        what text; ids jsonb; rel text; col text; pk text; moved bigint; field text;
begin
  perform ops.one_merge_at_a_time();
  select * into m from customers_customermerge where id = of_merge for update;
  if m.id is null or m.undone_at is not null or m.moved is null then
    raise exception 'This merge has been undone.' using errcode = '23514', constraint = 'ops_guard_unmerge';
  end if;
  perform 1 from customers_customer c where c.id in (m.kept_id, m.gone_id) order by c.id for update;
  select * into kept from customers_customer where id = m.kept_id;
  if kept.merged_into_id is not null or (select c.merged_into_id from customers_customer c where c.id = m.gone_id) is distinct from kept.id then
    raise exception '% was merged once more since; undo that first.', kept.name
      using errcode = '23514', constraint = 'ops_guard_unmerge';
  end if;
  for field in select * from jsonb_object_keys(m.chosen) loop
    if to_jsonb(kept) -> field is distinct from m.chosen -> field then
      raise exception '% of % was changed since the merge.', replace(field, '_id', ''), kept.name
        using errcode = '23514', constraint = 'ops_guard_unmerge';
    end if;
  end loop;
  r := jsonb_populate_record(kept, (select coalesce(jsonb_object_agg(f, m.kept_before -> f), '{}') from jsonb_object_keys(m.chosen) f));
  g := jsonb_populate_record(null::customers_customer, m.gone_before);

  update customers_customermerge set undone_by_id = ops.uid(), undone_at = ops.now() where id = m.id;
  update customers_customercontact set is_main = false where is_main and customer_id = kept.id;
  update customers_customer set merged_into_id = null where id = m.gone_id;
  insert into ops_takeover (noun, kept, gone) values ('customer', m.kept_id, m.gone_id);
  for what, ids in select * from jsonb_each(m.moved) j order by j.key loop
    rel := split_part(what, '.', 1); col := split_part(what, '.', 2);
    select p.attname into pk from pg_index i join pg_attribute p on p.attrelid = i.indrelid and p.attnum = i.indkey[0]
     where i.indrelid = format('public.%I', rel)::regclass and i.indisprimary;
    execute format('update public.%I set %I = $1 where %I = $2 and to_jsonb(%I) = any (select jsonb_array_elements($3))', rel, col, col, pk)
      using m.gone_id, kept.id, ids;
    get diagnostics moved = row_count;
    if moved <> jsonb_array_length(ids) then
      raise exception '% of % rows that came along went elsewhere since (%).', jsonb_array_length(ids) - moved, jsonb_array_length(ids), rel
        using errcode = '23514', constraint = 'ops_guard_unmerge';
    end if;
  end loop;
  delete from ops_takeover t where t.noun = 'customer' and t.kept = m.kept_id and t.gone = m.gone_id;
  update customers_customer set name = r.name, phone = r.phone, email = r.email, city = r.city, address = r.address,
         keeper_id = r.keeper_id, notes = r.notes, wants_order_mail = r.wants_order_mail, wants_offers = r.wants_offers
   where id = kept.id;
  update customers_customer set phone = g.phone, email = g.email where id = m.gone_id;
  -- Where the main one did not change, its mark comes back here.
  update customers_customercontact k set is_main = true from customers_customer c
   where c.id = k.customer_id and c.id in (m.kept_id, m.gone_id) and not k.is_main
     and (k.kind = 'phone' and k.value = c.phone or k.kind = 'email' and lower(k.value) = lower(c.email));
end $$;

-- How many rows of which table would move with a customer: counted as the owner, for none may be left out.
create or replace function ops.customer_holds(of_customer bigint) returns jsonb language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare link record; n bigint; found jsonb := '{}';
begin
  for link in select l.rel, l.col, 'true' as rule from ops.customer_links() l
              union all select s.rel, 'subject_id', 'noun = ''customer''' from ops.subject_tables() s loop
    execute format('select count(*) from public.%I where %I = $1 and %s', link.rel, link.col, link.rule) into n using of_customer;
    found := found || jsonb_build_object(link.rel, n + coalesce((found ->> link.rel)::bigint, 0));
  end loop;
  return found;
end $$;

-- Of the rows that moved with a merge, those that are not with the kept customer any more. Only tables that can have moved.
create or replace function ops.strayed(rel text, col text, ids bigint[], kept bigint) returns bigint[] language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
declare key text; found bigint[];
begin
  select l.pk into key from ops.customer_links() l where l.rel = strayed.rel and l.col = strayed.col;
  if key is null then select s.pk into key from ops.subject_tables() s where s.rel = strayed.rel and strayed.col = 'subject_id'; end if;
  if key is null then return ids; end if;
  execute format('select coalesce(array_agg(i order by i), ''{}'') from unnest($1) i where not exists (select 1 from public.%I t where t.%I = i and t.%I = $2)',
                 rel, key, col) into found using ids, kept;
  return found;
end $$;
