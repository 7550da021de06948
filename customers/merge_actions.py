"""Two customers who are one: what a merge would do, doing it, and taking it back (A52)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from accounts.models import User
from customers.editing import LABELS
from customers.models import Customer, CustomerMerge
from ops import events
from ops.errors import Refused
from ops.templatetags.ops import moment

# What the two may say differently; the kept one keeps its own unless told otherwise.
FIELDS = ("name", "phone", "email", "city", "address", "keeper", "notes", "wants_order_mail", "wants_offers")
_OURS = {  # one, many
    "customers_customercontact": ("phone or e-mail", "phones and e-mails"),
    "customers_customer": ("customer merged before", "customers merged before"),
}


@dataclass(frozen=True)
class Side:
    """One field of the two: what each says, and whose is taken unless the person says otherwise."""

    field: str
    label: str
    kept: Any
    gone: Any
    take: str

    @property
    def differs(self) -> bool:
        return bool(self.kept != self.gone)


def sides(kept: Customer, gone: Customer) -> list[Side]:
    """Field by field; a blank never wins over something known, and who wants no mail gets none."""
    found = []
    for field in FIELDS:
        ours, theirs = getattr(kept, field), getattr(gone, field)
        blank = ours in (None, "") and theirs not in (None, "")
        refuses = ours is True and theirs is False
        found.append(Side(field, LABELS[field], ours, theirs, "gone" if blank or refuses else "kept"))
    return found


def rows_of(customer: Customer) -> list[tuple[str, int]]:
    """What would move, in words: every table that points at the customer, and rows of rooms that name them."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.customer_holds(%s)", [customer.pk])
        holds: dict[str, int] = json.loads(cursor.fetchone()[0])
    return [(_named(table, count), count) for table, count in sorted(holds.items()) if count]


def _named(table: str, count: int) -> str:
    known = {
        model._meta.db_table: (str(model._meta.verbose_name), str(model._meta.verbose_name_plural))
        for model in apps.get_models()
    }
    one, many = _OURS.get(table) or known.get(table, (table, table))
    return one if count == 1 else many


def merge_customers(
    kept: Customer, gone: Customer, *, by: User, take: Iterable[str] = (), versions: Mapping[int, int] | None = None
) -> CustomerMerge:
    """`gone` is found to be `kept`: its rows move, and `kept` takes over the fields named in `take`.

    `versions` are those that the person saw side by side. Raises Refused when somebody was faster.
    """
    if not by.has_scope("customers_all"):
        raise Refused("Only who sees every customer may merge two of them.")
    if kept.pk == gone.pk:
        raise Refused("Choose two customers, not the same one twice.")
    both = {row.pk: row for row in Customer.objects.locked(kept.pk, gone.pk)}
    if len(both) != 2:
        raise Refused("One of the two is not there any more.")

    for row in both.values():
        _check_whole(row)
        if versions and versions.get(row.pk) not in (None, row.version):
            raise Refused(f"{row.name} was changed while you were looking. Look at the two again.")
    kept, gone = both[kept.pk], both[gone.pk]
    fields = [field for field in FIELDS if field in set(take)]
    chosen = {_column(field): _plain(getattr(gone, field)) for field in fields}

    merge = CustomerMerge.objects.create(kept=kept, gone=gone, chosen=chosen)
    with connection.cursor() as cursor:
        cursor.execute("select ops.merge_customers(%s)", [merge.pk])
    merge.refresh_from_db()

    events.record("customer.merged", kept, other=gone.name, moved=_counted(merge), merge=merge.pk, customer=gone.pk)
    events.record("customer.merged_away", gone, other=kept.name, merge=merge.pk, customer=kept.pk)
    return merge


def _check_whole(row: Customer) -> None:
    if row.merged_into_id is None:
        return
    merge = CustomerMerge.objects.select_related("kept", "by").filter(gone=row, undone_at=None).first()
    who = f" by {merge.by.name} on {moment(merge.at)}" if merge and merge.by else ""
    into = f" into {merge.kept.name}" if merge else ""
    raise Refused(f"{row.name} was merged{into}{who}. Look at the two again.")


def _column(field: str) -> str:
    return "keeper_id" if field == "keeper" else field


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def moved_of(merge: CustomerMerge) -> list[tuple[str, int]]:
    """What came along, in words."""
    return [(_named(what.partition(".")[0], len(ids)), len(ids)) for what, ids in (merge.moved or {}).items()]


def _counted(merge: CustomerMerge) -> str:
    return ", ".join(f"{count} {what}" for what, count in moved_of(merge)) or "nothing"


# --- back -------------------------------------------------------------------------------------------------------


def hindrances(merge: CustomerMerge) -> list[str]:
    """What stops the undo, each in a sentence; empty when it can be taken back."""
    if merge.undone_at is not None:
        return ["This merge has been undone."]
    kept = merge.kept
    if kept.merged_into_id is not None:
        return [f"{kept.name} was merged into {kept.merged_into} since. Undo that first."]
    found = []
    for column in merge.chosen:
        field = column.removesuffix("_id")
        if _plain(getattr(kept, field)) != merge.chosen[column]:
            found.append(f"{LABELS[field]} of {kept.name} was changed since.")
    for what, ids in (merge.moved or {}).items():
        found += _gone_elsewhere(what, ids, kept)
    return found


def _gone_elsewhere(what: str, ids: list[Any], kept: Customer) -> list[str]:
    """Rows that came along with the merge and have another customer now, or are not there any more, by name."""
    table, _, column = what.partition(".")
    with connection.cursor() as cursor:
        cursor.execute("select ops.strayed(%s, %s, %s, %s)", [table, column, ids, kept.pk])
        strayed: list[int] = cursor.fetchone()[0]
    if not strayed:
        return []
    model = next((model for model in apps.get_models() if model._meta.db_table == table), None)
    known = {row.pk: str(row) for row in model._base_manager.filter(pk__in=strayed)} if model else {}
    names = [known[pk] for pk in strayed if pk in known]
    lost = len(strayed) - len(names)
    said = (
        [f"{', '.join(names[:5])}{' and more' if len(names) > 5 else ''} went to another customer since."]
        if names
        else []
    )
    return said + (
        [f"{lost} of the {_named(table, count=0)} that came along {'is' if lost == 1 else 'are'} gone."] if lost else []
    )


def undo_merge(merge: CustomerMerge, *, by: User) -> CustomerMerge:
    """Both as they were: rows that moved, fields that were taken over. What came since stays with the kept one."""
    if not by.has_scope("customers_all"):
        raise Refused("Only who sees every customer may take a merge back.")
    Customer.objects.locked(merge.kept_id, merge.gone_id)
    merge = CustomerMerge.objects.select_related("kept", "kept__merged_into", "gone").get(pk=merge.pk)

    if hindered := hindrances(merge):
        raise Refused(f"This merge cannot be undone: {' '.join(hindered)}")

    with connection.cursor() as cursor:
        cursor.execute("select ops.unmerge_customers(%s)", [merge.pk])

    events.record("customer.unmerged", merge.kept, other=merge.gone.name, merge=merge.pk, customer=merge.gone_id)
    events.record("customer.restored", merge.gone, merge=merge.pk, customer=merge.kept_id)
    merge.refresh_from_db()
    return merge
