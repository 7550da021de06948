-- What PostgreSQL does for files by itself: who and when, how many a subject may have, and that a file stays what it is.

-- The owner of the database, bound to nobody, writes what it says; whoever acts is stamped. DEFINER: the files of a
-- subject are counted whoever may see them. The lock lets two uploads of one subject count one after the other.
create or replace function ops.stamp_file() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if ops.uid() is not null then
    new.by_id := ops.uid();
    new.at := ops.now();
    new.removed_at := null; new.removed_by_id := null; new.removed_reason := '';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('file ' || new.noun, new.subject_id));
  if (select count(*) from files_file f where f.noun = new.noun and f.subject_id = new.subject_id and f.removed_at is null)
     >= tg_argv[0]::int then
    raise exception 'There are % files here already, which is the most. Remove some that nobody needs, then add this one.', tg_argv[0]
      using errcode = '23514', constraint = 'ops_guard_file_most';
  end if;
  return new;
end $$;

-- A file is removed, put back and shown to others, and nothing else: what it holds never changes under anybody's eyes.
create or replace function ops.guard_file() returns trigger language plpgsql as $$
begin
  if new.subject_id <> old.subject_id then
    if not ops.changes_hands(new.noun, old.subject_id, new.subject_id) then
      raise exception 'A file stays what it is; remove it and add another.'
        using errcode = '23514', constraint = 'ops_guard_file_stays';
    end if;
  end if;
  if (new.noun, new.name, new.sha256, new.size, new.content_type, new.kind, new.stage, new.by_id, new.at)
     is distinct from
     (old.noun, old.name, old.sha256, old.size, old.content_type, old.kind, old.stage, old.by_id, old.at)
  then
    raise exception 'A file stays what it is; remove it and add another.'
      using errcode = '23514', constraint = 'ops_guard_file_stays';
  end if;
  if new.visibility <> old.visibility and old.removed_at is not null then
    raise exception 'A file that was removed is put back first.' using errcode = '23514', constraint = 'ops_guard_file_stays';
  end if;
  if new.removed_at is null and old.removed_at is not null then
    new.removed_by_id := null; new.removed_reason := '';
  elsif new.removed_at is distinct from old.removed_at then
    new.removed_at := ops.now();
    new.removed_by_id := coalesce(ops.uid(), new.removed_by_id);
  end if;
  return new;
end $$;

-- Whether the caller sees this file, under the caller's own policies. Policies of other tables ask it: those of files
-- are long, and named in place they would be planned with every statement, also where no file is meant.
create or replace function ops.shows_file(file bigint) returns boolean language plpgsql stable parallel safe
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return exists (select 1 from files_file f where f.id = file);
end $$;
