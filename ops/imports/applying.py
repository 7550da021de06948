"""From checked to loaded, all of it or nothing; the same load again changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from ops import clock, events
from ops.errors import Refused
from ops.imports import kept, staging
from ops.imports.checking import importing, open_kinds, roomy
from ops.imports.fingerprints import fingerprint, lasting
from ops.imports.models import ImportBatch, ImportMapping, ImportMatch
from ops.imports.nouns import Noun, Report, noun_named, silent

if TYPE_CHECKING:
    from accounts.models import User


def apply(batch: ImportBatch, *, by: User, leave_out: bool | int = False, report: Report = silent) -> ImportBatch:
    """Load what was checked; `leave_out` leaves out everything that is refused, whatever was decided of it. Where it is
    a number, that many were seen by who said so, and more are not left out.

    Raises Refused, having changed nothing, while something is open.
    """
    noun = noun_named(batch.noun)
    noun.require(by)
    with importing(), roomy() as cursor:
        wait_for_turn(batch)
        batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if batch.state == ImportBatch.State.APPLIED:
            return batch
        _refuse_unfinished(batch)

        asked = {*ImportMatch.objects.filter(batch=batch, answer=None).values_list("kind", "key")}
        noun.loader.weigh_again(batch)
        _refuse_open(batch, noun, leave_out=leave_out, asked=asked)

        if batch.counts["new"] or batch.counts["changed"]:
            noun.loader.apply(batch, by, report)
        events.record(noun.event, batch, file=batch.file_name, **{
            key: batch.counts[key] for key in ("new", "changed", "same", "refused")})  # fmt: skip
        remember(batch, by)
        staging.forget(batch)
        cursor.execute("select (pg_current_xact_id()::text)::bigint")
        batch.applied_txid = cursor.fetchone()[0]
        batch.state, batch.applied_at = ImportBatch.State.APPLIED, clock.now()
        batch.save()
    return batch


def wait_for_turn(batch: ImportBatch) -> None:
    """Two people with the same file: the second waits here, and then finds everything the same.

    Of one noun and source one is loaded or taken out at a time (its SQL twin is in ops/sql/undoing.sql).
    """
    _turn(batch, "pg_advisory_xact_lock")


def is_free(batch: ImportBatch) -> bool:
    """Whether nobody else loads, or takes out, of the same source just now; until the end of the transaction nobody
    does, then. Where somebody does, that may take minutes: whoever waits for it is a worker."""
    return bool(_turn(batch, "pg_try_advisory_xact_lock"))


def _turn(batch: ImportBatch, lock: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"select {lock}(hashtext('ops.imports'), hashtext(%s))", [f"{batch.noun} {batch.source}"])
        return cursor.fetchone()[0]


def remember(batch: ImportBatch, by: User) -> None:
    """What a person said the columns are is known for the next file with this header, whoever brings it."""
    if batch.preset or not batch.mapping:
        return
    ImportMapping.objects.update_or_create(
        noun=batch.noun, fingerprint=fingerprint(batch.header),
        defaults={
            "header": batch.header, "answers": lasting(batch.answers), "fixed": batch.fixed, "source": batch.source,
            "names": {key: batch.header[at] for key, at in batch.mapping.items()}, "by": by, "used_at": clock.now(),
        },
    )  # fmt: skip


def put_aside(batch: ImportBatch, *, by: User) -> ImportBatch:
    """A load that nobody wants: its rows, its bytes and what was decided of them go, that it was there stays."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk, by=by)
    if not batch.is_over:
        staging.forget(batch)
        staging.forget_decisions(batch)
        batch.state = ImportBatch.State.REFUSED
        batch.save(update_fields=["state"])
        kept.drop(batch)
    return batch


def blocked(batch: ImportBatch) -> int:
    """How many things of the file cannot be taken."""
    return int(batch.counts.get("refused", 0)) + int(batch.counts.get("lost_lines", 0))


def _refuse_unfinished(batch: ImportBatch) -> None:
    if batch.questions:
        raise Refused("The file leaves a question open. Answer it, and check the file.")
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ops_importrow where batch_id = %s", [batch.pk])
        if batch.state != ImportBatch.State.CHECKED or cursor.fetchone()[0] != batch.rows:
            raise Refused("What was checked is no longer there, perhaps after a restart. Check the file again.")


def _refuse_open(batch: ImportBatch, noun: Noun, *, leave_out: bool | int, asked: set[tuple[str, str]]) -> None:
    """`asked` are the questions that were open before: a refusal takes those back that came up only now."""
    waiting = ImportMatch.objects.filter(batch=batch, answer=None)
    if first := waiting.first():
        count = waiting.count()
        raise Refused(
            f"Say of “{first.key}” whether it is one that is known here" +
            (f", and of {count - 1:,} more." if count > 1 else ".") +
            ("" if asked.issuperset(waiting.values_list("kind", "key")) else " Check the file again.")
        )  # fmt: skip
    if leave_out is not True and leave_out and blocked(batch) > leave_out:
        raise Refused(f"{_cannot(batch, noun)} now, and you were to leave out {leave_out:,}, so nothing was loaded."
                      " Check the file again.")  # fmt: skip
    if not leave_out and blocked(batch) and (open_kinds(batch) or not batch.counts.get("kinds")):
        raise Refused(_sentence(batch, noun))


def _cannot(batch: ImportBatch, noun: Noun) -> str:
    count = blocked(batch)
    return f"1 {noun.one} cannot be taken" if count == 1 else f"{count:,} {noun.many} cannot be taken"


def _sentence(batch: ImportBatch, noun: Noun) -> str:
    first: dict[str, Any] = batch.problems[0] if batch.problems else {"line": 0, "column": "", "sentence": ""}
    where = f"line {first['line']:,}" + (f", {first['column']}" if first["column"] else "")
    return (
        f"{_cannot(batch, noun)}, so nothing was loaded. The first: {where}: {first['sentence']} Correct the file,"
        " or leave those out."
    )
