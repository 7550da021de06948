-- The doors of the kernel's shared tables: queueing mail, marking jobs done, following a signed link.

-- Mail is queued by whoever caused it, and read by the mailer alone: writing goes through here. What may still be taken back
-- waits for so many seconds before it goes.
-- It asks for one thing more than it did; the old one goes in the moment in which this one comes, so no mail falls between.
drop function if exists ops.queue_mail(text, text, text, text, text, text);
create or replace function ops.queue_mail(mail_key text, mail_kind text, mail_to text, mail_subject text, mail_text text,
                                          mail_html text, wait_seconds int default 0) returns boolean
language sql security definer set search_path = pg_catalog, public, pg_temp as
$$ with queued as (
     insert into ops_outboxmail (key, kind, recipient, subject, text, html, state, attempts, error, next_try_at)
     values (mail_key, mail_kind, mail_to, mail_subject, mail_text, mail_html, 'waiting', 0, '',
             ops.now() + make_interval(secs => greatest(wait_seconds, 0)))
     on conflict (key) do nothing returning 1)
   select exists (select 1 from queued) $$;

-- True for exactly one caller per (kind, day, key): the mark commits together with what it guards (D29).
create or replace function ops.once(job_kind text, job_day date, job_key text) returns boolean
language sql security definer set search_path = pg_catalog, public, pg_temp as
$$ with marked as (
     insert into ops_runonce (kind, day, key) values (job_kind, job_day, job_key)
     on conflict (kind, day, key) do nothing returning 1)
   select exists (select 1 from marked) $$;

-- How the jobs and the outbox are doing, in counts: the health page never shows what a mail says (ruling 25).
create or replace function ops.outbox_counts() returns table (state text, kind text, mails bigint, oldest timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select state::text, kind::text, count(*), min(queued_at) from ops_outboxmail group by 1, 2 order by 1, 2 $$;

-- Mails that were given up: which kind, how often they were tried and with which fault; never to whom or what they say.
create or replace function ops.failed_mails() returns table (id bigint, kind text, attempts int, queued_at timestamptz, fault text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select m.id, m.kind::text, m.attempts::int, m.queued_at, split_part(m.error, ':', 1) from ops_outboxmail m
    where m.state = 'failed' order by m.id desc limit 100 $$;

-- A mail that was given up is tried again; the kind of it, or null when it is not one of those any more.
create or replace function ops.mail_again(mail bigint) returns text language sql security definer
set search_path = pg_catalog, public, pg_temp as
$$ update ops_outboxmail m set state = 'waiting', attempts = 0, next_try_at = ops.now(), error = ''
    where m.id = mail and m.state = 'failed' returning m.kind::text $$;

-- Long work that people asked for, in counts: what waits, what is under way and silent for so long that it is stuck.
create or replace function ops.work_counts() returns table (state text, kind text, jobs bigint, oldest timestamptz, stuck bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select j.state::text, j.kind::text, count(*), min(j.asked_at),
          count(*) filter (where j.state in ('waiting', 'working') and j.touched_at < ops.now() - interval '5 minutes')
     from progress_job j group by 1, 2 order by 1, 2 $$;

-- The row that the signed link in ops.link is for, or null: the database itself verifies, expires and revokes (ruling 2).
-- A link whose last use this transaction took goes on opening its row until the transaction ends.
create or replace function ops.link_subject(link_kind text) returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select l.subject_id from ops_signedlink l
    where l.kind = link_kind and l.token_sha256 = sha256(convert_to(nullif(current_setting('ops.link', true), ''), 'UTF8'))
      and l.revoked_at is null and l.expires_at > ops.now()
      and (coalesce(l.uses_left, 1) > 0 or l.used_txid = pg_current_xact_id_if_assigned()::text::bigint) $$;

-- Takes one use of the link in ops.link and says what it is for; null when it is no good. The row's lock lets one win.
create or replace function ops.use_link(link_kind text) returns bigint language sql security definer
set search_path = pg_catalog, public, pg_temp as
$$ update ops_signedlink l set uses_left = l.uses_left - 1, used_txid = pg_current_xact_id()::text::bigint
    where l.kind = link_kind and l.token_sha256 = sha256(convert_to(nullif(current_setting('ops.link', true), ''), 'UTF8'))
      and l.revoked_at is null and l.expires_at > ops.now() and coalesce(l.uses_left, 1) > 0
   returning l.subject_id $$;

-- Why the link in ops.link opens nothing: whoever holds the token may know what became of it.
create or replace function ops.link_state(link_kind text) returns text language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select coalesce(
     (select case when l.revoked_at is not null or l.expires_at <= ops.now() then 'ended'
                  when l.uses_left = 0 then 'used' else 'open' end
        from ops_signedlink l
       where l.kind = link_kind
         and l.token_sha256 = sha256(convert_to(nullif(current_setting('ops.link', true), ''), 'UTF8'))),
     'unknown') $$;

-- A row that is revoked from the start ends the others: the policies of INSERT say who may, and nobody reads the table.
create or replace function ops.end_links() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update ops_signedlink l set revoked_at = new.revoked_at
   where l.kind = new.kind and l.subject_id = new.subject_id and l.revoked_at is null;
  return null;
end $$;

-- Events carry who and where from by themselves, so that no verb can forget.
create or replace function ops.stamp_event() returns trigger language plpgsql as $$
begin
  new.at := ops.now();
  new.by_id := ops.uid();
  new.real_by_id := nullif(current_setting('ops.real_uid', true), '')::bigint;
  new.source := coalesce(nullif(current_setting('ops.source', true), ''), 'psql');
  new.reason := coalesce(current_setting('ops.reason', true), '');
  new.request := coalesce(current_setting('ops.request', true), '');
  new.txid := (pg_current_xact_id()::text)::bigint;
  return new;
end $$;
