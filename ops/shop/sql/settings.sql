-- Decisions about the shop's rules: stamped, judged against what is declared, one after the other for each rule.

create or replace function ops.guard_setting() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if (new.key, new.value, new.old, new.starts_on, new.reason, new.by_id, new.made_at)
       is distinct from (old.key, old.value, old.old, old.starts_on, old.reason, old.by_id, old.made_at)
       or old.withdrawn_at is not null then
      raise exception 'A decision about % stays as it was made; make a new one.', old.key
        using errcode = '23514', constraint = 'ops_guard_setting_stays';
    end if;
    if old.starts_on <= ops.shop_day(ops.now()) then
      raise exception 'It holds already since %; set it back instead.', to_char(old.starts_on, 'FMDD Mon YYYY')
        using errcode = '23514', constraint = 'ops_guard_setting_started';
    end if;
    new.withdrawn_at := ops.now();
    new.withdrawn_by_id := ops.uid();
    return new;
  end if;
  if not ops.setting_fits(new.key, new.value) then
    raise exception 'This value does not fit %.', new.key
      using errcode = '23514', constraint = 'ops_guard_setting_value';
  end if;
  if new.starts_on < ops.shop_day(ops.now()) then
    raise exception 'A rule changes from today on, not in the past.'
      using errcode = '23514', constraint = 'ops_guard_setting_past';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('shop:' || new.key, 0));
  new.by_id := ops.uid();
  new.made_at := ops.now();
  new.withdrawn_at := null;
  new.withdrawn_by_id := null;
  new.old := (select s.value from shop_setting s where s.key = new.key and s.withdrawn_at is null
                and s.starts_on <= new.starts_on order by s.starts_on desc, s.id desc limit 1);
  return new;
end $$;

-- May whoever acts set this rule? Each rule names its scopes.
create or replace function ops.may_set(rule text) returns boolean language sql stable as
$$ select coalesce(bool_or(ops.has_scope(s)), false) from unnest(ops.setting_scopes(rule)) s $$;
