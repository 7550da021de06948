"""A load that is taken out while somebody edits one of its rows, undoes it too, or loads the same file again."""

import threading

import pytest
from django.db import connections, transaction

from ops.db.actor import acting_as, for_user
from ops.errors import Refused
from ops.imports import applying, checking, deciding, undoing
from ops.imports.kept import Brought
from ops.models import ImportBatch
from orders import editing
from orders.importing import check_orders, import_orders
from orders.models import Order
from tests.orders.sheets import HEADER, row
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "sheet.csv"
    found.write_text("\n".join([HEADER, row(ship=""), row("A-2", ship="", cid="C-2", name="Omar Dar")]) + "\n")
    return found


def loads(path, person):
    def load():
        with acting_as(for_user(person)), transaction.atomic():
            return import_orders(check_orders(path, "superstore", by=person, rates={"USD": "1"}), by=person)

    return load


def undoes(batch, person):
    def undo():
        with acting_as(for_user(person)), transaction.atomic():
            return undoing.undo(ImportBatch.objects.get(pk=batch.pk), by=person)

    return undo


def edits(person):
    def edit():
        with acting_as(for_user(person)), transaction.atomic():
            order = Order.objects.filter(number="A-1").first()
            if order is None:
                raise Refused("It is gone.")
            try:
                return editing.edit_order(order, by=person, values={"channel": "Phone"}, was={})
            except Order.DoesNotExist as gone:
                raise Refused("It is gone.") from gone

    return edit


def test_an_edit_and_an_undo_at_once_never_both_happen(cast, path):
    for _ in range(4):
        batch = loads(path, cast.manager)()

        undone, edited = together(undoes(batch, cast.manager), edits(cast.admin))

        assert isinstance(undone, Refused) != isinstance(edited, Refused)
        with acting_as(for_user(cast.manager)):
            left = Order.objects.filter(batch=batch).count()
            assert left == (2 if isinstance(undone, Refused) else 0)
            if left:
                return  # its file is here now, and would be the same


def test_an_undo_waits_for_an_edit_that_has_begun_and_then_refuses(cast, path):
    batch = loads(path, cast.manager)()
    edited, undone = threading.Event(), []

    def undo():
        edited.wait(20)
        try:
            undone.append(undoes(batch, cast.manager)())
        except Refused as refused:
            undone.append(refused)
        finally:
            connections.close_all()

    waiting = threading.Thread(target=undo)
    waiting.start()
    with acting_as(for_user(cast.admin)), transaction.atomic():
        editing.edit_order(Order.objects.get(number="A-1"), by=cast.admin, values={"channel": "Phone"}, was={})
        edited.set()
        waiting.join(1)
        assert waiting.is_alive()
    waiting.join(30)

    [refused] = undone
    assert isinstance(refused, Refused)
    assert f"Order A-1: changed by {cast.admin.name}" in refused.sentence


def test_of_two_undos_one_wins(cast, path):
    batch = loads(path, cast.manager)()

    first, second = together(undoes(batch, cast.manager), undoes(batch, cast.manager))

    assert sorted([isinstance(first, Refused), isinstance(second, Refused)]) == [False, True]
    [refused] = [found for found in (first, second) if isinstance(found, Refused)]
    assert refused.sentence == "This load has been undone."


def test_the_same_file_loaded_while_it_is_taken_out_is_there_once_or_not_at_all(cast, path):
    batch = loads(path, cast.manager)()

    undone, again = together(undoes(batch, cast.manager), loads(path, cast.admin))

    assert not isinstance(undone, Refused)
    with acting_as(for_user(cast.manager)):
        assert Order.objects.filter(batch=again).count() == again.counts["new"]
        assert Order.objects.count() == again.counts["new"]
        assert again.counts["new"] in {0, 2}


def test_two_loads_of_which_one_uses_what_the_other_made_are_taken_out_at_once(cast, tmp_path, path):
    """Whoever comes first, nobody is a victim of the other: the customers stay as long as an order is theirs."""
    (tmp_path / "apart").mkdir()
    people = tmp_path / "apart" / "people.csv"
    people.write_text("Name,Email\nOmar Dar,omar@dar.example\n")
    for _ in range(3):
        with acting_as(for_user(cast.admin)), transaction.atomic():
            sheet = deciding.receive([Brought("people.csv", people.open("rb"))], by=cast.admin)
            sheet = deciding.read_as(sheet, noun="customer")
            customers = applying.apply(checking.check(sheet), by=cast.admin)
        orders = loads(path, cast.manager)()

        first, second = together(undoes(customers, cast.admin), undoes(orders, cast.manager))

        assert not isinstance(second, Refused)
        if isinstance(first, Refused):
            undoes(customers, cast.admin)()
        with acting_as(for_user(cast.manager)):
            assert not Order.objects.exists()
