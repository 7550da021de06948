-- What hangs on one row goes to another, and back, inside the functions that do it, and nowhere else: a setting that says
-- so could be set by anybody, a row of a table without grants cannot. Guards that keep a subject what it is ask here.
create or replace function ops.changes_hands(of_noun text, was bigint, becomes bigint) returns boolean language sql stable
security definer set search_path = pg_catalog, public, pg_temp as
$$ select exists (select 1 from ops_takeover t
                   where t.noun = of_noun and ((t.gone, t.kept) = (was, becomes) or (t.kept, t.gone) = (was, becomes))) $$;
