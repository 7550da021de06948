-- Long work: what is finished stays so, and its person's screens hear how far it is.

create or replace function ops.guard_job() returns trigger language plpgsql as $$
begin
  if old.state = 'done' and (new.state, new.file_hash, new.file_name, new.error) is distinct from
                            (old.state, old.file_hash, old.file_name, old.error) then
    raise exception 'This work is done; ask for it anew.' using errcode = '23514', constraint = 'ops_guard_job_done';
  end if;
  return new;
end $$;

create or replace function ops.tell_job() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  perform ops.tell('job', coalesce(new.id, old.id), new.state, old.state, coalesce(new.owner_id, old.owner_id)::text);
  return null;
end $$;
