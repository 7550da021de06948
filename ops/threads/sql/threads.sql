-- What PostgreSQL does for messages by itself: who and when, what still changes, who may be told of one, and finding words.

-- The owner of the database, bound to nobody, writes what it says; whoever acts is stamped.
create or replace function ops.stamp_message() returns trigger language plpgsql as $$
begin
  if ops.uid() is not null then
    new.by_id := ops.uid();
    new.at := ops.now();
    new.version := 1; new.edited_at := null; new.removed_at := null; new.removed_by_id := null;
  end if;
  return new;
end $$;

-- A message is changed by who wrote it, for so many minutes, and removed once. Only a merge moves it, with all of its row.
create or replace function ops.guard_message() returns trigger language plpgsql as $$
begin
  if (new.noun, new.visibility, new.by_id, new.at, new.key) is distinct from (old.noun, old.visibility, old.by_id, old.at, old.key)
     or new.subject_id <> old.subject_id and (to_jsonb(new) - 'subject_id' <> to_jsonb(old) - 'subject_id'
                                              or not ops.changes_hands(new.noun, old.subject_id, new.subject_id)) then
    raise exception 'A message stays where it was written, and for whom.'
      using errcode = '23514', constraint = 'ops_guard_message_stays';
  end if;
  if old.removed_at is not null and (new.removed_at is distinct from old.removed_at or new.text <> old.text) then
    raise exception 'This message was removed; write a new one.'
      using errcode = '23514', constraint = 'ops_guard_message_removed';
  end if;
  if new.removed_at is not null and old.removed_at is null then
    new.removed_at := ops.now();
    new.removed_by_id := coalesce(ops.uid(), new.removed_by_id);
    new.text := '';
  elsif new.text is distinct from old.text then
    if ops.uid() is distinct from coalesce(old.by_id, -1) and ops.uid() is not null then
      raise exception 'Only who wrote a message changes its words.'
        using errcode = '23514', constraint = 'ops_guard_message_author';
    end if;
    if ops.now() > old.at + make_interval(mins => tg_argv[0]::int) then
      raise exception 'This message was written more than % minutes ago and stays as it is. Write another one.', tg_argv[0]
        using errcode = '23514', constraint = 'ops_guard_message_fixed';
    end if;
    new.edited_at := ops.now();
  end if;
  if (new.text, new.removed_at) is distinct from (old.text, old.removed_at) then new.version := old.version + 1; end if;
  return new;
end $$;

-- Who may be told of what is written here: everybody at work who may see the row, for whoever may see it.
create or replace function ops.thread_people(of_noun text, of_subject bigint) returns bigint[] language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if ops.uid() is null or cardinality(ops.who_may_see(of_noun, of_subject, array[ops.uid()])) = 0 then return '{}'; end if;
  return ops.who_may_see(of_noun, of_subject, array(select u.id from accounts_user u where u.is_active and 'staff' = any (u.scopes)));
end $$;

-- Ids of messages with these words, newest first. DEFINER: neither full text nor LIKE is leakproof, so under row security
-- their indexes would never be used (D10). So it asks by itself what the reader may see, by each noun's own function: hits
-- of others would tell of them, and would fill the cap. In steps, until there are enough or 20,000 were looked at.
create or replace function ops.search_messages(term text, most int) returns bigint[] language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  step constant int := 1000;
  query tsquery := websearch_to_tsquery('simple'::regconfig, term);
  pattern text := case when length(term) > 2 then '%' || replace(replace(replace(term, '\', '\\'), '%', '\%'), '_', '\_') || '%' end;
  below bigint := 9223372036854775807;
  found bigint[] := '{}'; seen bigint[]; part record; looked int;
begin
  if ops.uid() is null then return '{}'; end if;
  for round in 1..20 loop
    looked := 0;
    for part in
      select h.noun, array_agg(h.id) as ids, array_agg(h.subject_id) as subjects, array_agg(distinct h.subject_id) as rows, min(h.id) as last
        from (select m.id, m.noun, m.subject_id from threads_message m
               where m.id < below and m.removed_at is null
                 and (to_tsvector('simple'::regconfig, coalesce(m.text, '')) @@ query or m.text ilike pattern)
               order by m.id desc limit step) h group by 1
    loop
      looked := looked + cardinality(part.ids);
      below := least(below, part.last);
      continue when to_regprocedure(format('ops.%I(bigint[], bigint[], jsonb)', part.noun || '_seen')) is null;
      execute format('select coalesce(array_agg(s.subject_id), ''{}'') from ops.%I($1, $2, ''{}'') s', part.noun || '_seen')
         into seen using part.rows, array_fill(ops.uid(), array[cardinality(part.rows)]);
      found := found || array(select i.id from unnest(part.ids, part.subjects) i(id, subject) where i.subject = any (seen));
    end loop;
    exit when looked < step or cardinality(found) >= most;
  end loop;
  return array(select i from unnest(found) i order by i desc limit most);
end $$;

-- A mail that quotes a message and was not sent yet is taken back when the message changes: it is owed again, and written
-- with the words that stand, or without what was removed. The notices are locked first, as their job does: so it has
-- either not begun, and reads what stands, or is done, and its mail is found. A mail that is on its way is waited for.
create or replace function ops.mail_message_anew() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare mailed record;
begin
  perform 1 from notices_notice n
    where n.person_id = any (old.mentions) and n.kind = 'message.mentioned' and n.data ->> 'message' = old.id::text
    order by n.id for no key update;
  for mailed in
    select distinct n.person_id, n.mailed_at from notices_notice n
     where n.person_id = any (old.mentions) and n.kind = 'message.mentioned' and n.data ->> 'message' = old.id::text
       and n.mailed_at is not null
  loop
    delete from ops_outboxmail o
     where o.state <> 'sent' and o.key = (select format('notices:%s:%s', mailed.person_id, min(n.id)) from notices_notice n
                                           where n.person_id = mailed.person_id and n.mailed_at = mailed.mailed_at);
    if found then
      update notices_notice n set mailed_at = null where n.person_id = mailed.person_id and n.mailed_at = mailed.mailed_at;
    end if;
  end loop;
  return null;
end $$;

-- Whether the caller sees this message, under the caller's own policies; asked as ops.shows_file is, and for its reason.
create or replace function ops.shows_message(message bigint) returns boolean language plpgsql stable parallel safe
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return exists (select 1 from threads_message m where m.id = message);
end $$;
