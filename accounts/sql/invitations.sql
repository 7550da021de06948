-- A letter that lets somebody choose their own first password: one open link a person, once, until it ends or is taken
-- back. The database makes, checks and uses it; who invites never reads a link that somebody else can follow (ruling 2).

-- Only for who has not come in yet, and only by who may give them their rights: a link is as good as the account.
create or replace function ops.invite(person bigint, token_hash bytea, until timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  whom accounts_user;
begin
  select * into whom from accounts_user u where u.id = person for no key update;
  if not found or not whom.is_active then
    raise exception 'Only somebody who may sign in can be invited.'
      using errcode = '23514', constraint = 'ops_guard_invite';
  end if;
  if exists (select 1 from accounts_signin s where s.user_id = person and (s.last_at is not null or s.accepted_at is not null)) then
    raise exception '% has come in already. Send a link to choose a new password instead.', whom.name
      using errcode = '23514', constraint = 'ops_guard_invite';
  end if;
  if coalesce(current_setting('role', true), 'none') not in ('none', '') then perform ops.refuse_gift(whom.scopes); end if;
  update ops_signedlink l set revoked_at = ops.now()
   where l.kind = 'invite' and l.subject_id = person and l.revoked_at is null;
  insert into ops_signedlink (kind, subject_id, token_sha256, expires_at, uses_left)
  values ('invite', person, token_hash, until, 1);
  insert into accounts_signin (user_id, invited_at, invited_until) values (person, ops.now(), until)
  on conflict (user_id) do update set invited_at = excluded.invited_at, invited_until = excluded.invited_until;
end $$;

create or replace function ops.uninvite(person bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update ops_signedlink l set revoked_at = ops.now()
   where l.kind = 'invite' and l.subject_id = person and l.revoked_at is null and l.uses_left > 0;
  if not found then return false; end if;
  update accounts_signin s set invited_until = ops.now() where s.user_id = person;
  return true;
end $$;

-- Whom the link in ops.link is for: what the page says before anything is done (mail scanners look at it first).
create or replace function ops.invited() returns table (id bigint, name text, email text, role text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select u.id, u.name::text, u.email::text, r.label::text from accounts_user u join ops_role r on r.key = u.role
    where u.id = ops.link_subject('invite') and u.is_active $$;

-- Uses the link up: exactly one of two who follow it at once gets an answer.
create or replace function ops.accept_invitation() returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person bigint := ops.use_link('invite');
begin
  if person is null or not exists (select 1 from accounts_user u where u.id = person and u.is_active) then
    return null;
  end if;
  update accounts_signin s set accepted_at = ops.now(), invited_until = null where s.user_id = person;
  return person;
end $$;

-- Where somebody is signed in, for who looks after people: never the key of a session, which is the session.
create or replace function ops.sessions_of(person bigint)
returns table (id bigint, ip text, user_agent text, began timestamptz, last_seen timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select s.id::bigint, host(s.ip), s.user_agent::text, s.created_at, s.last_seen_at
     from usersessions_usersession s where s.user_id = person order by s.last_seen_at desc $$;
