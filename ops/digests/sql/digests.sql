-- Later, not now, not mine: who said so and when is the database's to say, and the day lies ahead.

create or replace function ops.guard_extension() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.subject_id <> old.subject_id and ops.changes_hands(new.noun, old.subject_id, new.subject_id) then return new; end if;
  end if;
  if tg_op = 'INSERT' or new.until is distinct from old.until then
    if new.until <= ops.shop_day(ops.now()) or new.until > ops.shop_day(ops.now()) + 180 then
      raise exception 'The new day lies ahead, within half a year.'
        using errcode = '23514', constraint = 'ops_guard_extension_until';
    end if;
  end if;
  if tg_op = 'UPDATE' and (new.noun, new.subject_id) is distinct from (old.noun, old.subject_id) then
    raise exception 'The day of one row is not moved to another.'
      using errcode = '23514', constraint = 'ops_guard_extension_until';
  end if;
  new.by_id := ops.uid();
  new.made_at := ops.now();
  return new;
end $$;

create or replace function ops.guard_snooze() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.subject_id <> old.subject_id and ops.changes_hands(new.noun, old.subject_id, new.subject_id) then return new; end if;
  end if;
  if new.until <= ops.shop_day(ops.now()) or new.until > ops.shop_day(ops.now()) + 60 then
    raise exception 'A row comes back on a day ahead, within 60 days.'
      using errcode = '23514', constraint = 'ops_guard_snooze_until';
  end if;
  return new;
end $$;

-- Handed on or moved on: 'not mine' and 'not now' were said of what was.
create or replace function ops.settle_answers() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from digests_handback where noun = tg_argv[0] and subject_id = new.id;
  delete from digests_snooze where noun = tg_argv[0] and subject_id = new.id;
  return null;
end $$;
