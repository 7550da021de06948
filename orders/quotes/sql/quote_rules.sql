-- What PostgreSQL does for quotes by itself: numbers, what is frozen, what a link may, telling open screens, search.

create or replace function ops.stamp_quote() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if coalesce(new.number, '') = '' then new.number := 'QT-' || nextval('quotes_number'); end if;
  new.made_at := ops.now();
  new.quoted_on := ops.shop_day(new.made_at);
  return new;
end $$;

create or replace function ops.guard_quote() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare v quotes_quoteversion;
begin
  if (new.number, new.public_id, new.made_at, new.quoted_on) is distinct from (old.number, old.public_id, old.made_at, old.quoted_on)
     or (new.stage = old.stage and new.stage_since is distinct from old.stage_since)
     or (old.first_sent_at is not null and new.first_sent_at is distinct from old.first_sent_at) then
    raise exception 'The number and the times of a quote stay as they are.'
      using errcode = '23514', constraint = 'ops_guard_quote_identity';
  end if;
  if exists (select 1 from quotes_quoteorder o where o.quote_id = new.id)
     and ((new.stage, new.accepted_id, new.current_id) is distinct from (old.stage, old.accepted_id, old.current_id)
          or new.customer_id <> old.customer_id and not ops.changes_hands('customer', old.customer_id, new.customer_id)) then
    raise exception '% has become an order; it stays accepted.', new.number
      using errcode = '23514', constraint = 'ops_guard_quote_ordered';
  end if;
  select * into v from quotes_quoteversion x where x.id = new.current_id;
  if new.current_id is not null and v.quote_id <> new.id then
    raise exception 'That version is of another quote.' using errcode = '23514', constraint = 'ops_guard_quote_version';
  end if;
  if new.stage = 'sent' and v.sent_at is null then
    raise exception '% has a version that was not sent.', new.number
      using errcode = '23514', constraint = 'ops_guard_quote_unsent';
  end if;
  if (new.stage = 'accepted') is distinct from (new.accepted_id is not null) then
    raise exception '% is accepted in one version, or is not accepted.', new.number
      using errcode = '23514', constraint = 'ops_guard_quote_agreed';
  end if;
  if new.accepted_id is distinct from old.accepted_id and new.accepted_id is not null and new.accepted_id is distinct from new.current_id then
    raise exception 'Only the newest version of % can be accepted.', new.number
      using errcode = '23514', constraint = 'ops_guard_quote_newest';
  end if;
  if new.stage = 'accepted' and old.stage <> 'accepted' and v.valid_until < ops.shop_day(ops.now()) then
    raise exception '% was valid until %; send a new version.', new.number, to_char(v.valid_until, 'FMDD Mon YYYY')
      using errcode = '23514', constraint = 'ops_guard_quote_expired';
  end if;
  if new.stage = 'expired' and old.stage <> 'expired' and v.valid_until >= ops.shop_day(ops.now()) then
    raise exception '% is still valid.', new.number using errcode = '23514', constraint = 'ops_guard_quote_valid';
  end if;
  return new;
end $$;

-- A quote and the order that came of it have one customer: where the quote's customer turns out to be two, what came of it
-- since goes with it.
create or replace function ops.follow_quote() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update orders_order o set customer_id = new.customer_id from quotes_quoteorder q
   where q.quote_id = new.id and o.id = q.order_id and o.customer_id = old.customer_id;
  return null;
end $$;

-- A version that was sent is what the customer holds in their hands: nobody changes it, the database's owner neither.
create or replace function ops.guard_quote_version() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.sent_at is not null or (new.quote_id, new.n, new.made_at) is distinct from (old.quote_id, old.n, old.made_at) then
    raise exception 'Version % was sent, or is a version of its own: make a new one.', old.n
      using errcode = '23514', constraint = 'ops_guard_quote_sent';
  end if;
  return new;
end $$;

-- The same for what hangs on it. The share lock waits for whoever is sending the version just now.
create or replace function ops.guard_quote_part() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r jsonb;
  of_version bigint;
  sent timestamptz;
begin
  foreach r in array array[case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end] loop
    continue when r is null;
    if tg_argv[0] = 'line' then
      select l.version_id into of_version from quotes_quoteline l where l.id = (r->>'line_id')::bigint;
    else
      of_version := (r->>'version_id')::bigint;
    end if;
    select v.sent_at into sent from quotes_quoteversion v where v.id = of_version for share;
    if sent is not null then
      raise exception 'This version was sent: its lines and prices stay as they were sent.'
        using errcode = '23514', constraint = 'ops_guard_quote_part';
    end if;
  end loop;
  return coalesce(new, old);
end $$;

-- As for orders: a quote is given only to a customer whom the person knows, or has just found by phone or e-mail.
create or replace function ops.guard_quote_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.customer_id is not distinct from old.customer_id then return new; end if;
  if coalesce(current_setting('role', true), 'none') in ('none', '') then return new; end if;
  if ops.has_scope('customers_all')
     or exists (select 1 from customers_customer c where c.id = new.customer_id and c.keeper_id = ops.uid())
     or exists (select 1 from orders_order o where o.customer_id = new.customer_id and o.agent_id = ops.uid())
     or exists (select 1 from quotes_quote q where q.customer_id = new.customer_id and q.agent_id = ops.uid() and q.id is distinct from new.id)
     or ops.has_found(new.customer_id) then
    return new;
  end if;
  raise exception 'The customer of this quote is not yours to know. Find them by their phone or e-mail.'
    using errcode = '23514', constraint = 'ops_guard_quote_customer';
end $$;

-- Who said yes, and the order that came of it, belong to the version agreed on.
create or replace function ops.guard_quote_order() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  -- What is not there at all the foreign keys refuse.
  if exists (select 1 from quotes_quote q, orders_order o where q.id = new.quote_id and o.id = new.order_id)
     and not exists (select 1 from quotes_quote q join quotes_quoteversion v on v.id = q.accepted_id join orders_order o on o.id = new.order_id
                  where q.id = new.quote_id and q.stage = 'accepted' and v.n = new.n and o.customer_id = q.customer_id) then
    raise exception 'An order comes of an accepted quote, of the version agreed on, for the same customer.'
      using errcode = '23514', constraint = 'ops_guard_quote_order';
  end if;
  return new;
end $$;

-- The version that the link in ops.link was sent with. Whoever holds it goes on reading what they answered: a used link
-- shows, and acts no more (ops.use_link).
create or replace function ops.quote_version_of_link() returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select l.subject_id from ops_signedlink l
    where l.kind = 'quote' and l.token_sha256 = sha256(convert_to(nullif(current_setting('ops.link', true), ''), 'UTF8'))
      and l.revoked_at is null and l.expires_at > ops.now() $$;

create or replace function ops.quote_of_link() returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select v.quote_id from quotes_quoteversion v where v.id = ops.quote_version_of_link() $$;

-- The quote whose link has been used up in this very transaction: only then may its holder answer it.
create or replace function ops.quote_of_used_link() returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select v.quote_id from ops_signedlink l join quotes_quoteversion v on v.id = l.subject_id join quotes_quote q on q.current_id = v.id
    where l.kind = 'quote' and l.token_sha256 = sha256(convert_to(nullif(current_setting('ops.link', true), ''), 'UTF8'))
      and l.revoked_at is null and l.expires_at > ops.now() and l.used_txid = pg_current_xact_id_if_assigned()::text::bigint $$;

-- What became of the links of a quote's versions, for whoever sees the quote; never a token.
create or replace function ops.quote_links(of_quote bigint) returns table (n int, state text, made timestamptz, ends timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select v.n::int, case when l.uses_left = 0 then 'used' when l.revoked_at is not null or l.expires_at <= ops.now() then 'ended' else 'open' end,
          l.created_at, coalesce(l.revoked_at, l.expires_at)
     from quotes_quote q join quotes_quoteversion v on v.quote_id = q.id
     join ops_signedlink l on l.kind = 'quote' and l.subject_id = v.id and not (l.uses_left = 0 and l.used_txid is null)
    where q.id = of_quote and (ops.has_scope('quotes_all') or ops.has_scope('quotes_read')
                               or (ops.has_scope('quotes_own') and q.agent_id = ops.uid()))
    order by l.id desc limit 20 $$;

create or replace function ops.tell_quote() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare q quotes_quote;
begin
  if tg_table_name = 'quotes_quote' then
    if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
    perform ops.tell('quote', new.id, new.stage, case when tg_op = 'UPDATE' then old.stage end,
                     concat_ws(',', new.agent_id, case when tg_op = 'UPDATE' then nullif(old.agent_id, new.agent_id) end));
    return null;
  end if;
  if tg_table_name = 'quotes_quoteorder' then
    select * into q from quotes_quote where id = new.quote_id;
  else
    select x.* into q from quotes_quote x join quotes_quoteversion v on v.quote_id = x.id where v.id = new.version_id;
  end if;
  perform ops.tell('quote', q.id, q.stage, q.stage, q.agent_id::text);
  return null;
end $$;

-- Ids that match; the rows themselves still pass the reader's policies. DEFINER as ops.search_orders, and as narrow.
create or replace function ops.search_quotes(term text, most int) returns bigint[] language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  found bigint[];
  pattern text := '%' || replace(replace(replace(term, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  me bigint := ops.uid();
  sees_all boolean := ops.has_scope('quotes_all') or ops.has_scope('quotes_read');
  own boolean := ops.has_scope('quotes_own');
  knows boolean := ops.has_scope('customers_all');
  knows_own boolean := ops.has_scope('customers_own');
begin
  select array_agg(id) into found from (
    select q.id from quotes_quote q
     where (sees_all or own and q.agent_id = me)
       and (q.number ^@ upper(term) or q.summary ilike pattern
            or (knows or knows_own and q.agent_id = me) and exists (
                 select 1 from quotes_quoterecipient r where r.version_id = q.current_id and (r.name ilike pattern or r.phone ^@ term)))
     order by q.id desc limit most) hits;
  return coalesce(found, '{}');
end $$;
