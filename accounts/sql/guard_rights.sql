-- Nobody gives what they do not hold, whichever way they write: what somebody gains must be the giver's own, covered by
-- a wider right of theirs, or what people admins may hire for (roles.yaml: covers, hires). Who acts is the bound role;
-- with none bound it is the database owner, who may.
create or replace function ops.not_mine_to_give(wanted text[]) returns text[] language sql stable as
$$ select coalesce(array_agg(w order by w), '{}') from unnest(wanted) w
    where not ops.has_scope(w)
      and not exists (select 1 from ops.gives g where g.given = w and ops.has_scope(g.scope)) $$;

create or replace function ops.in_words(of_scopes text[]) returns text language sql stable as
$$ select string_agg(coalesce(rtrim(s.why, '.'), k), '; ' order by s.why) from unnest(of_scopes) k
     left join ops.scopes s on s.key = k $$;

create or replace function ops.refuse_gift(wanted text[]) returns void language plpgsql stable as $$
declare strange text[] := ops.not_mine_to_give(wanted);
begin
  if strange <> '{}' then
    raise exception 'You can give only what you may do yourself. This is not yours to give: %.', ops.in_words(strange)
      using errcode = '23514', constraint = 'ops_guard_gives';
  end if;
end $$;

-- A new address, coming back and another role are all gains: whoever reads the mail of an address can become them.
create or replace function ops.guard_rights() returns trigger language plpgsql as $$
declare
  gained text[];
begin
  if coalesce(current_setting('role', true), 'none') in ('none', '') then return new; end if;
  if tg_op = 'INSERT' then
    gained := new.scopes;
  elsif new.email <> old.email or (new.is_active and not old.is_active) then
    gained := new.scopes;
  else
    gained := array(select unnest(new.scopes) except select unnest(old.scopes));
  end if;
  perform ops.refuse_gift(gained);
  return new;
end $$;
