-- What ops.notices asks of quotes, and that a customer has looked at one.

-- Who has to do with these quotes.
create or replace function ops.quote_parts(ids bigint[], assume jsonb) returns table (subject_id bigint, person_id bigint, part text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select q.id, coalesce((assume ->> 'agent')::bigint, q.agent_id), 'agent' from quotes_quote q where q.id = any (ids) $$;

-- Which of these pairs, place by place, the person may see. The same rows as the policies of quotes_quote and visible_to.
create or replace function ops.quote_seen(ids bigint[], people bigint[], assume jsonb) returns table (subject_id bigint, person_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select p.id, p.person
     from unnest(ids, people) p(id, person)
     join quotes_quote q on q.id = p.id
     join accounts_user u on u.id = p.person and u.is_active
    where u.scopes && array['quotes_all', 'quotes_read']
       or 'quotes_own' = any (u.scopes) and coalesce((assume ->> 'agent')::bigint, q.agent_id) = u.id $$;

-- The holder of the link has the offer before them: said once a version, while it can still be answered. Of two at once,
-- as by a page that is opened twice, one is first.
create or replace function ops.note_quote_view() returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare v quotes_quoteversion;
begin
  select x.* into v from quotes_quoteversion x join quotes_quote q on q.current_id = x.id and q.stage = 'sent'
   where x.id = ops.quote_version_of_link();
  if v.id is null then return false; end if;
  perform pg_advisory_xact_lock(hashtextextended('quote.viewed', v.id));
  if exists (select 1 from ops_event e where e.noun = 'quote' and e.subject_id = v.quote_id and e.kind = 'quote.viewed'
                and (e.data ->> 'n')::int = v.n) then
    return false;
  end if;
  insert into ops_event (kind, noun, subject_id, data) values ('quote.viewed', 'quote', v.quote_id, jsonb_build_object('n', v.n));
  return true;
end $$;
