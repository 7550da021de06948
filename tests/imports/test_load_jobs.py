"""Taking a large load back, or reading a large file another way, by a worker."""

import threading
import time

import psycopg
import pytest
from django.db import connection, connections, transaction

from ops.imports import applying, understanding, undoing, work
from ops.imports.models import ImportBatch
from ops.progress import actions as progress
from ops.progress import listening as listens
from ops.progress.kinds import Stopped, hush, whispered
from ops.progress.models import Job
from ops.threads.models import Message
from orders.models import Order
from tests.database import owner_url
from tests.imports.load_walk import OWN, checked, columns, upload, words
from tests.races.together import together

pytestmark = pytest.mark.django_db
_COMMITS = pytest.mark.django_db(transaction=True)  # what a load wrote is known by its transaction


def carry_out(cast, as_person) -> Job:
    with as_person(cast.manager):
        job = Job.objects.order_by("-pk")[0]
        progress.carry_out(job.pk, "w1")
        job.refresh_from_db()
    return job


@pytest.fixture
def loaded(browser, last, monkeypatch) -> ImportBatch:
    """Small when it came; from then on nothing is done at once, and no queue takes the work by itself."""
    batch = checked(browser, last, OWN)
    browser.post(f"/import/{batch.pk}/apply/")
    monkeypatch.setattr(work, "AT_ONCE_UNDONE", 0)
    monkeypatch.setattr(progress, "_to_queue", lambda pk: None)
    assert last().state == "applied"
    return last()


def orders(cast, as_person) -> int:
    with as_person(cast.manager):
        return Order.objects.count()


@_COMMITS
def test_a_large_load_is_taken_back_by_a_worker(browser, last, loaded, cast, as_person):
    url = f"/import/{loaded.pk}/"
    browser.post(f"{url}undo/")
    browser.post(f"{url}undo/")  # a second press
    watched = browser.get(url)
    assert f"Take {loaded.file_name} back" in words(watched) and "Waiting for a worker" in words(watched)
    assert last().state == "applied"

    job = carry_out(cast, as_person)

    assert job.state == "done" and whispered(job.pk) > 0  # how far it was could be read while it went on
    assert orders(cast, as_person) == 0
    assert "Taken back" in words(browser.get(url)) and "Undone: 2 orders" in words(browser.get(url))
    assert browser.get(url, headers={"HX-Request": "true"})["HX-Redirect"] == url
    with as_person(cast.manager):
        assert Job.objects.filter(kind=work.UNDO).count() == 1


@_COMMITS
def test_what_stands_against_a_large_load_is_said_by_its_page_after_the_worker_was_refused(
    browser, last, loaded, cast, as_person
):
    with as_person(cast.manager), transaction.atomic():
        order = Order.objects.order_by("pk")[0]
        Order.objects.filter(pk=order.pk).update(tracking_number="TN-1")
    browser.post(f"/import/{loaded.pk}/undo/")

    assert carry_out(cast, as_person).state == "failed"

    page = browser.get(f"/import/{loaded.pk}/")
    assert page.status_code == 200 and "The last try: This load cannot be undone: 1 of its rows" in words(page)
    assert last().state == "applied" and orders(cast, as_person) == 2


@_COMMITS
def test_who_asks_what_stands_against_a_load_is_told_how_it_is_now_and_not_what_the_worker_met(
    browser, last, loaded, cast, as_person
):
    with as_person(cast.manager), transaction.atomic():
        order = Order.objects.order_by("pk")[0]
        Message.objects.create(noun="order", subject_id=order.pk, text="Ring her", by=cast.manager)
    browser.post(f"/import/{loaded.pk}/undo/")
    assert carry_out(cast, as_person).state == "failed"
    with psycopg.connect(owner_url(connection.settings_dict["NAME"])) as owner:
        owner.execute("alter table threads_message disable trigger user")
        assert owner.execute("delete from threads_message where text = 'Ring her'").rowcount == 1
        owner.execute("alter table threads_message enable trigger user")

    asked = words(browser.get(f"/import/{loaded.pk}/?stops=1"))

    assert "Nothing stands against it." in asked
    assert "cannot be undone" not in asked and "The last try" not in asked


@_COMMITS
def test_a_stopped_undo_leaves_everything_and_may_be_begun_again(browser, last, loaded, cast, as_person):
    url = f"/import/{loaded.pk}/"
    browser.post(f"{url}undo/")
    browser.post(f"{url}aside/")  # of a page that was open since before it was loaded: nothing to stop
    with as_person(cast.manager):
        assert Job.objects.get(kind=work.UNDO).state == "waiting"
    browser.post(f"{url}stop/")
    assert "Taking it back was stopped: everything is as it was." in words(browser.get(url))
    assert orders(cast, as_person) == 2

    browser.post(f"{url}undo/")
    assert carry_out(cast, as_person).state == "done"
    assert last().state == "undone"


@_COMMITS
def test_a_worker_that_dies_while_it_takes_a_load_back_is_followed_by_another(
    browser, last, loaded, cast, as_person, monkeypatch
):
    browser.post(f"/import/{loaded.pk}/undo/")
    undo = undoing.undo

    def dies(*said, **more):
        undo(*said, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(undoing, "undo", dies)
    with as_person(cast.manager), pytest.raises(KeyboardInterrupt):
        progress.carry_out(Job.objects.get(kind=work.UNDO).pk, "w1")
    assert last().state == "applied" and orders(cast, as_person) == 2

    monkeypatch.setattr(undoing, "undo", undo)
    assert carry_out(cast, as_person).state == "done"  # the same message, delivered again
    assert last().state == "undone"


@_COMMITS
def test_who_follows_a_worker_that_had_taken_it_back_finds_it_done(browser, last, loaded, cast, as_person):
    browser.post(f"/import/{loaded.pk}/undo/")
    with as_person(cast.manager), transaction.atomic():
        undoing.undo(last(), by=cast.manager)

    assert carry_out(cast, as_person).state == "done"


@_COMMITS
def test_a_small_load_waits_for_nobody_who_loads_the_same(browser, last, cast, as_person, monkeypatch):
    """Somebody is at another load of the same source, which may take minutes: the page does not wait for it."""
    monkeypatch.setattr(progress, "_to_queue", lambda pk: None)
    batch = checked(browser, last, OWN)
    begun, done = threading.Event(), threading.Event()

    def somebody():
        with as_person(cast.admin), transaction.atomic():
            applying.is_free(batch)
            begun.set()
            done.wait(30)
        connections.close_all()

    other = threading.Thread(target=somebody)
    other.start()
    begun.wait(30)
    try:
        browser.post(f"/import/{batch.pk}/apply/")
        assert last().state == "checked"
    finally:
        done.set()
        other.join()
    assert carry_out(cast, as_person).kind == work.APPLY
    assert last().state == "applied"


@_COMMITS
def test_work_inside_one_statement_ends_when_its_person_stops_it(cast, as_person, monkeypatch):
    monkeypatch.setattr(listens, "LISTENS_SECONDS", 0.05)
    hush(7_000_001)
    began = time.monotonic()

    with as_person(cast.manager), pytest.raises(Stopped), listens.listening(7_000_001):  # noqa: SIM117
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select pg_sleep(60)")

    assert time.monotonic() - began < 30
    with as_person(cast.manager), listens.listening(7_000_002), connection.cursor() as cursor:
        cursor.execute("select 1")


@_COMMITS
def test_a_running_undo_that_is_stopped_ends_in_the_middle_of_its_statement(
    browser, last, loaded, cast, as_person, monkeypatch
):
    """It waits for somebody who has one of the orders in hand: whoever stops it does not wait for them."""
    monkeypatch.setattr(listens, "LISTENS_SECONDS", 0.05)
    browser.post(f"/import/{loaded.pk}/undo/")

    def worker():
        carry_out(cast, as_person)
        connections.close_all()

    with as_person(cast.admin), transaction.atomic():
        list(Order.objects.select_for_update())
        working = threading.Thread(target=worker)
        working.start()
        stopped = threading.Thread(target=_stop, args=(browser, loaded, cast, as_person))
        stopped.start()
        stopped.join(30)
        working.join(30)
        assert not working.is_alive()

    with as_person(cast.manager):
        assert Job.objects.get(kind=work.UNDO).state == "cancelled"
    assert last().state == "applied" and orders(cast, as_person) == 2
    assert "Taking it back was stopped" in words(browser.get(f"/import/{loaded.pk}/"))


def _stop(browser, batch, cast, as_person) -> None:
    until = time.monotonic() + 20
    state = ""
    while state != "working" and time.monotonic() < until:
        with as_person(cast.manager):
            state = Job.objects.get(kind=work.UNDO).state
        time.sleep(0.05)
    browser.post(f"/import/{batch.pk}/stop/")
    connections.close_all()


@_COMMITS
def test_of_two_presses_at_once_one_takes_the_load_back(browser, last, client_of, cast, as_person, monkeypatch):
    """The second comes while the first is at it: it waits for nothing, and its worker finds it done."""
    monkeypatch.setattr(progress, "_to_queue", lambda pk: None)
    batch = checked(browser, last, OWN)
    browser.post(f"/import/{batch.pk}/apply/")
    undo, begun, done = undoing.undo, threading.Event(), threading.Event()

    def held(*said, **more):
        undone = undo(*said, **more)
        begun.set()
        done.wait(30)
        return undone

    monkeypatch.setattr(undoing, "undo", held)

    def second():
        begun.wait(30)
        answer = client_of(cast.manager).post(f"/import/{batch.pk}/undo/")
        with as_person(cast.manager):
            found = ImportBatch.objects.get(pk=batch.pk).state, [*Job.objects.values_list("kind", "state")]
        done.set()
        return answer.status_code, *found

    tab = client_of(cast.manager)
    first, met = together(lambda: tab.post(f"/import/{batch.pk}/undo/"), second)

    assert first.status_code == 302
    assert met == (302, "applied", [(work.UNDO, "waiting")])
    assert last().state == "undone" and orders(cast, as_person) == 0
    assert carry_out(cast, as_person).state == "done"
    with as_person(cast.manager):
        assert [*Job.objects.values_list("kind", "state")] == [(work.UNDO, "done")]
        assert last().state == "undone"


@_COMMITS
def test_what_was_taken_out_since_a_check_is_new_when_it_is_loaded(browser, last, cast, as_person):
    first = checked(browser, last, OWN)
    browser.post(f"/import/{first.pk}/apply/")
    second = checked(browser, last, OWN.replace(",4,500,2000", ",5,500,2500"), "again.csv")
    assert (second.counts["same"], second.counts["changed"]) == (1, 1)

    browser.post(f"/import/{first.pk}/undo/")
    browser.post(f"/import/{second.pk}/apply/")

    assert (last().state, last().counts["new"], last().counts["same"]) == ("applied", 2, 0)
    assert orders(cast, as_person) == 2


# --- read another way --------------------------------------------------------------------------------------------


def test_a_large_file_is_read_another_way_by_a_worker(browser, last, large, cast, as_person):
    sent = upload(browser, OWN)
    carry_out(cast, as_person)
    browser.post(f"{sent.url}read-as/", {"read_as": "customer:", "table": "0"})
    browser.post(f"{sent.url}read-as/", {"read_as": "product:", "table": "0"})  # a second press
    assert "another way" in words(browser.get(sent.url))
    assert browser.post(f"{sent.url}columns/", columns(last())).url == sent.url
    assert last().noun == "order"

    assert carry_out(cast, as_person).state == "done"

    assert last().noun == "customer"
    assert browser.get(sent.url).url == f"{sent.url}columns/"


def test_what_cannot_be_read_so_is_said_at_once_and_what_was_stopped_stays_as_it_was(
    browser, last, large, cast, as_person
):
    sent = upload(browser, OWN)
    carry_out(cast, as_person)
    assert browser.post(f"{sent.url}read-as/", {"read_as": "order:", "table": "7"}).status_code == 422
    assert browser.post(f"{sent.url}read-as/", {"read_as": "order:nobody", "table": "0"}).status_code == 422

    browser.post(f"{sent.url}read-as/", {"read_as": "customer:", "table": "0"})
    browser.post(f"{sent.url}stop/")

    assert browser.get(sent.url).url == f"{sent.url}columns/"
    assert last().noun == "order"


# --- pages that ask little ---------------------------------------------------------------------------------------


@_COMMITS
def test_what_stands_against_a_large_load_is_asked_only_by_who_wants_to_know(browser, last, loaded, cast, as_person):
    url = f"/import/{loaded.pk}/"
    assert "Nothing stands against it." in words(browser.get(f"{url}?stops=1"))
    with as_person(cast.manager), transaction.atomic():
        Order.objects.order_by("pk").update(tracking_number="TN-1")

    page, asked = words(browser.get(url)), words(browser.get(f"{url}?stops=1"))

    assert "Take this load back" in page and "worked with it since" in page and "It cannot be taken back" not in page
    assert "It cannot be taken back: 2 things have been worked with since." in asked


def test_rows_with_problems_go_out_without_the_file_being_understood_again(browser, last, monkeypatch):
    batch = checked(browser, last, OWN.replace(",4,500", ",four,500"))
    seen = []
    monkeypatch.setattr(understanding.Watch, "see_all", lambda self, rows: seen.append(rows))

    file = browser.get(f"/import/{batch.pk}/problems/csv/").getvalue().decode("utf-8-sig")

    assert [line.split(",")[1] for line in file.splitlines()] == ["Bill No", "B-2"]
    assert not seen
