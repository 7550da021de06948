-- What ops.notices asks of orders, and what may be known of the mails that an order caused.

-- Who has to do with these orders: the agent, who makes it, and the colleagues it is shared with.
create or replace function ops.order_parts(ids bigint[], assume jsonb) returns table (subject_id bigint, person_id bigint, part text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select o.id, coalesce((assume ->> 'agent')::bigint, o.agent_id), 'agent' from orders_order o where o.id = any (ids)
   union all
   select o.id, coalesce((assume ->> 'assignee')::bigint, o.assignee_id), 'assignee' from orders_order o
    where o.id = any (ids) and coalesce((assume ->> 'assignee')::bigint, o.assignee_id) is not null
   union all
   select p.content_object_id, p.user_id, 'watchers' from orders_orderuserobjectpermission p where p.content_object_id = any (ids) $$;

-- Which of these pairs, place by place, the person may see. The same rows as the policies of orders_order and visible_to.
create or replace function ops.order_seen(ids bigint[], people bigint[], assume jsonb) returns table (subject_id bigint, person_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select p.id, p.person
     from unnest(ids, people) p(id, person)
     join orders_order o on o.id = p.id
     join accounts_user u on u.id = p.person and u.is_active
    cross join (select ops.floor_stages('order') as floor) f
    where u.scopes && array['orders_all', 'orders_read']
       or 'orders_own' = any (u.scopes) and (
            coalesce((assume ->> 'agent')::bigint, o.agent_id) = u.id
            or exists (select 1 from orders_orderuserobjectpermission s
                         join auth_permission a on a.id = s.permission_id and a.codename = 'view_order'
                        where s.content_object_id = o.id and s.user_id = u.id))
       or 'orders_floor' = any (u.scopes) and coalesce(assume ->> 'stage', o.stage) = any (f.floor)
            and o.cancelled_at is null and not coalesce((assume ->> 'cancelled')::boolean, false) $$;

-- Orders whose customer may be written to: with an address, and not silent.
create or replace function ops.order_customers(ids bigint[]) returns table (subject_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select o.id from orders_order o join customers_customer c on c.id = o.customer_id
    where o.id = any (ids) and coalesce(c.email, '') <> ''
      and c.wants_order_mail $$;

-- Whether the customer of this order is to be written to when this happens; for whoever may see the order.
create or replace function ops.order_letter_goes(of_order bigint, kind text) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select exists (select 1 from ops.letter_targets('order', array[of_order], array[kind])) $$;

-- The mails that an order caused: how each fares, never what it says; the address only for who may know the customer. Of one
-- that waits, when it goes.
create or replace function ops.order_mails(of_order bigint)
returns table (id bigint, kind text, recipient text, state text, at timestamptz, sent_at timestamptz, attempts int, reason text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select m.id, m.kind, case when ops.has_scope('customers_all') or ops.has_scope('customers_own') and o.agent_id = ops.uid()
                             then m.recipient end,
          m.state, case m.state when 'waiting' then m.next_try_at else m.queued_at end, m.sent_at, m.attempts::int,
          case when m.state = 'withdrawn' then 'withdrawn'
               when m.error = '' then ''
               when m.error ~ '^SMTPRecipientsRefused' and m.error ~ '\m5\d\d\M' then 'refused'
               when m.error ~ '^ValueError' then 'address'
               else 'away' end
     from orders_order o
     join ops_outboxmail m on split_part(m.key, ':', 2) = of_order::text and m.kind like 'order.%'
    where o.id = of_order and cardinality(ops.who_may_see('order', of_order, array[ops.uid()])) > 0
    order by m.id desc limit 50 $$;

-- With which tracking number the customer was last told, by a mail that went, that all of it is on its way; null when never.
create or replace function ops.order_told_shipped(of_order bigint) returns text
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select split_part(m.key, ':', 3) from ops_outboxmail m
    where m.kind = 'order.shipped' and split_part(m.key, ':', 2) = of_order::text and m.state = 'sent'
      and (ops.has_scope('letters') or cardinality(ops.who_may_see('order', of_order, array[ops.uid()])) > 0)
    order by m.sent_at desc, m.id desc limit 1 $$;

-- How often the customer was told, by a mail that went, that it has not left after all: each time begins a new round, in
-- which the same number is news again.
create or replace function ops.order_corrections(of_order bigint) returns int
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select count(*)::int from ops_outboxmail m
    where m.kind = 'order.not_shipped' and split_part(m.key, ':', 2) = of_order::text and m.state = 'sent'
      and (ops.has_scope('letters') or cardinality(ops.who_may_see('order', of_order, array[ops.uid()])) > 0) $$;

-- What was written of this order is not true any more: what still waits does not go, and stays in the log as withdrawn. Its
-- key is free again, for the same may come true later. One that is being sent just now is waited for, and has gone.
-- Answers 'withdrawn', 'went' when it is too late for that, or nothing.
create or replace function ops.order_withdraw(of_order bigint, mail_kind text, only_key text) returns text language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare its text := mail_kind || ':' || of_order;
begin
  if not ops.has_scope('letters') and not exists (
      select 1 from orders_order o where o.id = of_order and (ops.has_scope('orders_all')
          or ops.has_scope('orders_own') and o.agent_id = ops.uid()
          or ops.has_scope('orders_floor') and cardinality(ops.who_may_see('order', of_order, array[ops.uid()])) > 0)) then
    return '';
  end if;
  update ops_outboxmail m set state = 'withdrawn', key = left(m.key, 180) || ':-' || m.id
   where m.kind = mail_kind and (m.key = its or m.key like its || ':%') and m.state in ('waiting', 'failed')
     and (only_key = '' or m.key = only_key);
  if found then return 'withdrawn'; end if;
  return case when exists (
    select 1 from ops_outboxmail m where m.kind = mail_kind and (m.key = its or m.key like its || ':%') and m.state = 'sent'
       and (only_key = '' or m.key = only_key)) then 'went' else '' end;
end $$;

-- A mail that failed goes again, to the address that the customer has now. One of two who ask at once finds it failed.
create or replace function ops.order_mail_again(of_order bigint, mail bigint) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare address text;
begin
  select c.email into address from orders_order o join customers_customer c on c.id = o.customer_id
   where o.id = of_order and (ops.has_scope('orders_all') or ops.has_scope('orders_own') and o.agent_id = ops.uid())
     and c.wants_order_mail;
  if coalesce(address, '') = '' then return false; end if;
  update ops_outboxmail m set state = 'waiting', recipient = address, attempts = 0, next_try_at = ops.now(), error = ''
   where m.id = mail and m.state = 'failed' and split_part(m.key, ':', 2) = of_order::text and m.kind like 'order.%';
  return found;
end $$;

-- The panel of an order that is open follows its mails: sent, failed, waiting again.
create or replace function ops.tell_order_mail() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  if new.kind not like 'order.%' or split_part(new.key, ':', 2) !~ '^\d{1,18}$' then return null; end if;
  select * into o from orders_order where id = split_part(new.key, ':', 2)::bigint;
  if found then
    perform ops.tell('order', o.id, ops.told_stage(o), ops.told_stage(o), ops.order_viewers(o.id, o.agent_id, null));
  end if;
  return null;
end $$;

-- A customer who holds the link of an order says that no more mails are wanted, or wanted again.
create or replace function ops.order_link_silence(silent boolean) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare whose bigint;
begin
  select o.customer_id into whose from orders_order o where o.id = ops.link_subject('order_status');
  if whose is null then return false; end if;
  update customers_customer c set wants_order_mail = not silent where c.id = whose and c.wants_order_mail = silent;
  return true;
end $$;

-- Whether the customer of the link's order has said so.
create or replace function ops.order_link_is_silent() returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select exists (select 1 from customers_customer c join orders_order o on o.customer_id = c.id
                   where o.id = ops.link_subject('order_status') and not c.wants_order_mail) $$;
