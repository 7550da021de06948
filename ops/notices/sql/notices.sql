-- Who is told of what happened: worked out by the rules, when a transaction ends, for every way of writing (A8).
--
-- A noun takes part by three functions of its own: ops.<noun>_parts(ids, assume) says who is its agent, assignee, watcher;
-- ops.<noun>_seen(ids, people, assume) which of these pairs the person may see; ops.<noun>_customers(ids) whose customer
-- may be written to. `assume` holds what a move would change, so that a preview gets the answer the move will get. What
-- happened comes as arrays, one place a happening: the row, 'stage:<key>' or 'event:<kind>', who did it, who truly did.

-- Pairs of rows and people whom the rules name for what happened, and who may see the row: never who did it, never who
-- muted the rule. In steps, for only the noun's own functions are asked by a name that is made up: the plans of the rest
-- are kept, and planning would cost each move more than the move itself.
create or replace function ops.notice_targets(of_noun text, ids bigint[], kinds text[], bys bigint[], reals bigint[], assume jsonb)
returns table (subject_id bigint, person_id bigint, rule_id bigint, kind text, in_app boolean, mail boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  places bigint[]; ruled bigint[]; watched bigint[]; watchers bigint[]; had bigint[]; had_people bigint[]; had_parts text[];
  meant bigint[]; meant_people bigint[]; meant_rules bigint[]; meant_kinds text[]; seen bigint[]; seen_people bigint[];
begin
  if to_regprocedure(format('ops.%I(bigint[], jsonb)', of_noun || '_parts')) is null then return; end if;
  select array_agg(h.place), array_agg(r.id) into places, ruled
    from notices_rule r join unnest(kinds) with ordinality h(kind, place) on h.kind = r.on_what || ':' || r.key
   where r.noun = of_noun and r.active and r.to_whom <> 'customer';
  -- Whoever watches a row hears of each move, and of whatever is told to anybody: in the app, by no rule.
  select array_agg(w.place), array_agg(w.person_id) into watched, watchers
    from (select h.place, n.person_id from notices_watch n join unnest(ids, kinds) with ordinality h(id, kind, place) on h.id = n.subject_id
           where n.noun = of_noun and (h.kind like 'stage:%' or h.place = any (places))) w;
  if places is null and watched is null then return; end if;
  execute format('select array_agg(p.subject_id), array_agg(p.person_id), array_agg(p.part) from ops.%I($1, $2) p', of_noun || '_parts')
     into had, had_people, had_parts using array(select distinct ids[place] from unnest(places) place), assume;
  select array_agg(m.id), array_agg(m.person), array_agg(m.rule), array_agg(m.kind) into meant, meant_people, meant_rules, meant_kinds
    from (select distinct on (n.id, n.person, n.rule) n.id, n.person, n.rule, kinds[n.place] as kind from (
            select ids[u.place] as id, u.place, r.id as rule, p.person
              from unnest(places, ruled) u(place, rule) join notices_rule r on r.id = u.rule
              join unnest(had, had_people, had_parts) p(id, person, part) on p.id = ids[u.place] and p.part = r.to_whom
            union all
            select ids[w.place], w.place, null, w.person from unnest(watched, watchers) w(place, person)
            union all
            select ids[u.place], u.place, r.id, w.person_id
              from unnest(places, ruled) u(place, rule) join notices_rule r on r.id = u.rule and r.to_whom = 'watchers'
              join notices_watch w on w.noun = of_noun and w.subject_id = ids[u.place]
            union all
            select ids[u.place], u.place, r.id, a.id
              from unnest(places, ruled) u(place, rule) join notices_rule r on r.id = u.rule and r.to_whom = 'role'
              join accounts_user a on a.role = r.role_id) n
           where n.person is distinct from bys[n.place] and n.person is distinct from reals[n.place]
             and not exists (select 1 from notices_mute m where m.person_id = n.person and m.topic = 'rule:' || n.rule)) m;
  if meant is null then return; end if;
  execute format('select array_agg(s.subject_id), array_agg(s.person_id) from (select distinct * from ops.%I($1, $2, $3)) s',
                 of_noun || '_seen')
     into seen, seen_people using meant, meant_people, assume;
  -- A rule for watchers says how they are told as well; that they hear of it, they have decided themselves.
  return query
    select m.id, m.person, case when r.to_whom is distinct from 'watchers' or not exists (
             select 1 from notices_watch w where (w.noun, w.subject_id, w.person_id) = (of_noun, m.id, m.person)) then m.rule end,
           m.kind, coalesce(r.channel, 'in_app') <> 'mail' or not coalesce(f.mail, true),
           coalesce(r.channel, 'in_app') <> 'in_app' and coalesce(f.mail, true)
      from unnest(meant, meant_people, meant_rules, meant_kinds) m(id, person, rule, kind)
      join unnest(seen, seen_people) s(id, person) on s.id = m.id and s.person = m.person
      left join notices_rule r on r.id = m.rule
      left join notices_preference f on f.person_id = m.person;
end $$;

-- Rows whose customer the rules want written to, and who has an address and has not said no.
create or replace function ops.letter_targets(of_noun text, ids bigint[], kinds text[])
returns table (subject_id bigint, kind text) language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if to_regprocedure(format('ops.%I(bigint[])', of_noun || '_customers')) is null then return; end if;
  if not exists (select 1 from notices_rule r where r.noun = of_noun and r.active and r.to_whom = 'customer'
                    and r.on_what || ':' || r.key = any (kinds)) then return; end if;
  return query execute format($q$
    with ruled as (
      select distinct h.id, h.kind from unnest($1, $2) h(id, kind)
        join notices_rule r on r.noun = $3 and r.on_what || ':' || r.key = h.kind and r.active and r.to_whom = 'customer')
    select u.id, u.kind from ruled u join ops.%1$I(array(select id from ruled)) c on c.subject_id = u.id $q$,
    of_noun || '_customers')
  using ids, kinds, of_noun;
end $$;

-- One notice a person and row of a transaction, whatever rules name them; past 50 rows one for all of them. What the demo
-- shop or a file tells of days gone by is not news: it is there, and read.
create or replace function ops.tell_of(of_noun text, ids bigint[], kinds text[], bys bigint[], reals bigint[],
                                       ats timestamptz[], came text) returns void language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare tx bigint := pg_current_xact_id()::text::bigint;
begin
  with told as materialized (
    select t.subject_id, t.person_id, min(t.rule_id) as rule, (array_agg(t.kind order by t.rule_id))[1] as kind,
           bool_or(t.in_app) as in_app, bool_or(t.mail) as mail
      from ops.notice_targets(of_noun, ids, kinds, bys, reals, '{}') t group by 1, 2),
  counted as (select t.*, count(*) over (partition by t.person_id) as many from told t),
  what as (select distinct on (h.id) h.id, h.by, h.at from unnest(ids, bys, ats) h(id, by, at) order by h.id, h.at desc),
  news as (
    select c.*, w.by, w.at, w.at < clock_timestamp() - interval '1 day' as old
      from counted c join what w on w.id = c.subject_id),
  one_by_one as (
    insert into notices_notice (person_id, noun, subject_id, kind, topic, rule_id, by_id, rows, data, txid, at, in_app,
                                read_at, mail)
    select n.person_id, of_noun, n.subject_id, n.kind, 'rule', n.rule, n.by, 1, '{}', tx, n.at, n.in_app,
           case when n.old then n.at end, n.mail and not n.old
      from news n where n.many <= 50 order by n.person_id, n.subject_id
    on conflict (person_id, noun, subject_id, txid) where topic = 'rule' and subject_id is not null
    do update set in_app = notices_notice.in_app or excluded.in_app, mail = notices_notice.mail or excluded.mail
     where (notices_notice.in_app, notices_notice.mail) is distinct from
           (notices_notice.in_app or excluded.in_app, notices_notice.mail or excluded.mail)
    returning 1)
  insert into notices_notice (person_id, noun, subject_id, kind, topic, rule_id, by_id, rows, data, txid, at, in_app,
                              read_at, mail)
  select n.person_id, of_noun, null, n.kind, 'rule', min(n.rule), min(n.by), count(*), jsonb_build_object('source', came),
         tx, max(n.at), bool_or(n.in_app), case when bool_and(n.old) then max(n.at) end, bool_or(n.mail) and not bool_and(n.old)
    from news n where n.many > 50 group by n.person_id, n.kind order by n.person_id;
end $$;

-- At the end of a transaction, on the first row of each record: all that the transaction has written of it since. The
-- rows carry who did it, so it does not matter whose settings hold by then. Customers are written to of what happened
-- just now and truly: not of what a file says, or by a shop that lives in the past; of a move back in a letter of its own.
create or replace function ops.fan_out() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  mark text := 'ops.noticed_' || tg_table_name;
  done bigint := coalesce(nullif(current_setting(mark, true), ''), '0')::bigint;
  tx bigint := pg_current_xact_id()::text::bigint;
  f record;
begin
  if new.id <= done then return null; end if;
  for f in
    select t.noun, max(t.id) as last, array_agg(t.subject_id order by t.id) as ids, array_agg('stage:' || t.to_stage order by t.id) as kinds,
           array_agg(t.by_id order by t.id) as bys, array_agg(t.real_by_id order by t.id) as reals, array_agg(t.at order by t.id) as ats,
           min(t.source) as came,
           coalesce(array_agg(t.subject_id order by t.id) filter (where fresh), '{}') as fresh_ids,
           coalesce(array_agg('stage:' || t.to_stage order by t.id) filter (where fresh), '{}') as fresh_kinds,
           coalesce(array_agg(t.subject_id order by t.id) filter (where back), '{}') as back_ids,
           coalesce(array_agg('stage:' || t.from_stage order by t.id) filter (where back), '{}') as back_kinds
      from ops_transition t, lateral (select t.source <> 'import' and t.at > clock_timestamp() - interval '1 day' as news) n,
           lateral (select news and not t.undo as fresh, news and t.undo as back) l
     where tg_table_name = 'ops_transition' and t.id >= new.id and t.txid = tx group by t.noun
    union all
    select e.noun, max(e.id), array_agg(e.subject_id order by e.id), array_agg('event:' || e.kind order by e.id),
           array_agg(e.by_id order by e.id), array_agg(e.real_by_id order by e.id), array_agg(e.at order by e.id), min(e.source),
           coalesce(array_agg(e.subject_id order by e.id) filter (where fresh), '{}'),
           coalesce(array_agg('event:' || e.kind order by e.id) filter (where fresh), '{}'), '{}', '{}'
      from ops_event e, lateral (select e.source <> 'import' and e.at > clock_timestamp() - interval '1 day' as fresh) l
     where tg_table_name = 'ops_event' and e.id >= new.id and e.txid = tx group by e.noun
  loop
    done := greatest(done, f.last);
    perform ops.tell_of(f.noun, f.ids, f.kinds, f.bys, f.reals, f.ats, f.came);
    insert into notices_letter (noun, subject_id, kind, txid, at, state, why)
    select f.noun, t.subject_id, t.kind, tx, ops.now(), 'due', '' from ops.letter_targets(f.noun, f.fresh_ids, f.fresh_kinds) t
    on conflict (noun, subject_id, kind, txid) do nothing;
    insert into notices_letter (noun, subject_id, kind, txid, at, state, why)
    select f.noun, t.subject_id, replace(t.kind, 'stage:', 'back:'), tx, ops.now(), 'due', ''
      from ops.letter_targets(f.noun, f.back_ids, f.back_kinds) t
    on conflict (noun, subject_id, kind, txid) do nothing;
  end loop;
  perform set_config(mark, done::text, true);
  return null;
end $$;

-- Whether each of these people may see the row; of a row that nobody can ask about, nobody is told.
create or replace function ops.who_may_see(of_noun text, of_subject bigint, people bigint[]) returns bigint[] language plpgsql
stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare found bigint[];
begin
  if to_regprocedure(format('ops.%I(bigint[], bigint[], jsonb)', of_noun || '_seen')) is null then return '{}'; end if;
  execute format('select array_agg(distinct s.person_id) from ops.%I(array_fill($1, array[cardinality($2)]), $2, $3) s',
                 of_noun || '_seen')
     into found using of_subject, people, '{}'::jsonb;
  return coalesce(found, '{}');
end $$;

-- Other rooms tell somebody something. Not who says it, not who muted the kind, and only who may see what it is about.
create or replace function ops.tell_people(people bigint[], of_kind text, of_noun text, of_subject bigint, said jsonb,
                                           by_mail boolean) returns int language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  told int;
  heard bigint[] := array(
    select a.id from accounts_user a
     where a.id = any (people) and a.is_active and a.id is distinct from ops.uid()
       and a.id is distinct from nullif(current_setting('ops.real_uid', true), '')::bigint
       and not exists (select 1 from notices_mute m where m.person_id = a.id and m.topic = 'kind:' || of_kind));
begin
  if of_subject is not null then heard := ops.who_may_see(of_noun, of_subject, heard); end if;
  insert into notices_notice (person_id, noun, subject_id, kind, topic, by_id, rows, data, txid, at, in_app, mail)
  select p, of_noun, of_subject, of_kind, 'told', ops.uid(), 1, said, pg_current_xact_id()::text::bigint, ops.now(), true,
         by_mail and coalesce((select f.mail from notices_preference f where f.person_id = p), true)
    from unnest(heard) p order by p
  on conflict do nothing;
  get diagnostics told = row_count;
  return told;
end $$;

-- Who would be told if this happened now, by the very functions that tell: for the button that would do it. The person
-- is null where it is the customer.
create or replace function ops.would_be_told(of_noun text, of_subject bigint, kinds text[], assume jsonb)
returns table (person_id bigint, in_app boolean, mail boolean) language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  many int[] := array[cardinality(kinds)];
  ids bigint[] := array_fill(of_subject, many);
  real bigint := nullif(current_setting('ops.real_uid', true), '')::bigint;
begin
  if ops.uid() is null or cardinality(ops.who_may_see(of_noun, of_subject, array[ops.uid()])) = 0 then return; end if;
  return query
    select t.person_id, bool_or(t.in_app), bool_or(t.mail)
      from ops.notice_targets(of_noun, ids, kinds, array_fill(ops.uid(), many), array_fill(real, many), assume) t group by 1
    union all select null, false, true where exists (select 1 from ops.letter_targets(of_noun, ids, kinds));
end $$;

-- Bells hear that something is new, or was read on another screen: each person of their own.
create or replace function ops.tell_notices() returns trigger language plpgsql as $$
declare one record;
begin
  for one in select c.person_id, max(c.id) as last from changed c where c.in_app group by 1 limit 51 loop
    perform ops.tell('notice', one.last, null, null, one.person_id::text);
  end loop;
  return null;
end $$;

-- A notice stays as it was told: its person reads it, the job of letters marks it as mailed.
create or replace function ops.guard_notice() returns trigger language plpgsql as $$
begin
  if new.subject_id is distinct from old.subject_id then
    if ops.changes_hands(new.noun, old.subject_id, new.subject_id) then
      return new;
    end if;
  end if;
  if (to_jsonb(new) - 'read_at' - 'mailed_at' - 'in_app' - 'mail') is distinct from
     (to_jsonb(old) - 'read_at' - 'mailed_at' - 'in_app' - 'mail') then
    raise exception 'A notice stays as it was told.' using errcode = '23514', constraint = 'ops_guard_notice';
  end if;
  return new;
end $$;

-- The keys of a rule stay; whether it holds, and how it tells, is the shop's to say.
create or replace function ops.guard_notice_rule() returns trigger language plpgsql as $$
begin
  if (new.noun, new.on_what, new.key, new.to_whom, new.role_id, new.builtin) is distinct from
     (old.noun, old.on_what, old.key, old.to_whom, old.role_id, old.builtin) then
    raise exception 'A rule stays about what it was made for; make another one.'
      using errcode = '23514', constraint = 'ops_guard_notice_rule';
  end if;
  return new;
end $$;

-- Nobody follows what nobody is ever told of: a noun takes part by its ops.<noun>_parts.
create or replace function ops.guard_watch() returns trigger language plpgsql as $$
begin
  if to_regprocedure(format('ops.%I(bigint[], jsonb)', new.noun || '_parts')) is null then
    raise exception 'Nobody is told of what happens here, so there is nothing to watch.'
      using errcode = '23514', constraint = 'ops_guard_watch';
  end if;
  return new;
end $$;
