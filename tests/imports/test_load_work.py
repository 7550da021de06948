"""Loads that a worker carries, that two people meet over, and that are forgotten."""

import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from ops import clock
from ops.db.actor import acting_as, task
from ops.imports import kept, sweeping
from ops.imports.models import ImportBatch, ImportCell, ImportMatch, ImportRow
from ops.progress import actions as progress
from ops.progress.models import Job
from orders.models import Order
from tests.imports.load_walk import OWN, checked, columns, upload, words

pytestmark = pytest.mark.django_db


def carry_out(cast, as_person) -> Job:
    with as_person(cast.manager):
        job = Job.objects.order_by("-pk")[0]
        progress.carry_out(job.pk, "w1")
        job.refresh_from_db()
    return job


def test_a_large_file_is_looked_into_checked_and_loaded_by_a_worker(browser, last, large, cast, as_person):
    sent = upload(browser, OWN)
    assert "Waiting for a worker" in words(browser.get(sent.url))
    carry_out(cast, as_person)
    assert browser.get(sent.url).url == f"{sent.url}columns/"
    watched = browser.get(sent.url, headers={"HX-Request": "true"})
    assert watched["HX-Redirect"] == f"{sent.url}columns/"

    browser.post(f"{sent.url}columns/", columns(last()))
    browser.post(f"{sent.url}columns/", columns(last()))  # a second press
    assert browser.get(f"{sent.url}columns/").url == sent.url
    assert carry_out(cast, as_person).state == "done"
    browser.post(f"{sent.url}apply/")
    browser.post(f"{sent.url}apply/")
    carry_out(cast, as_person)

    assert last().state == "applied"
    with as_person(cast.manager):
        assert Job.objects.count() == 3
        assert Order.objects.count() == 2
    assert browser.post(f"{sent.url}apply/").url == sent.url


def test_work_that_fails_is_said_and_offered_again(browser, last, large, cast, as_person):
    sent = upload(browser, b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "photo.csv")
    assert carry_out(cast, as_person).state == "failed"

    page = browser.get(sent.url)
    assert "a picture" in words(page) and "Try again" in words(page)
    browser.post(f"{sent.url}again/")
    with as_person(cast.manager):
        assert Job.objects.get().state == "waiting"


def test_stopped_work_is_said_and_begins_again(browser, last, large, cast, as_person):
    sent = upload(browser, OWN)
    browser.post(f"{sent.url}stop/")
    assert "This was stopped" in words(browser.get(sent.url))

    browser.post(f"{sent.url}again/")
    assert carry_out(cast, as_person).state == "done"
    browser.post(f"{sent.url}columns/", columns(last()))
    browser.post(f"{sent.url}stop/")
    assert browser.get(sent.url).url == f"{sent.url}columns/"
    assert "Check the file" in words(browser.get(f"{sent.url}columns/"))


def test_a_worker_that_was_killed_half_way_is_followed_by_another(browser, last, large, cast, as_person):
    sent = upload(browser, OWN)
    carry_out(cast, as_person)
    browser.post(f"{sent.url}columns/", columns(last()))
    with as_person(cast.manager):
        job = Job.objects.order_by("-pk")[0]
        assert progress._claim(job.pk, "w1") is not None  # and dies
        progress.carry_out(job.pk, "w1")  # the same message, delivered again

    assert "Load 2 orders" in words(browser.get(f"{sent.url}check/"))


def test_a_check_that_a_worker_refuses_is_said_beside_the_columns(browser, last, large, cast, as_person):
    sent = upload(browser, OWN)
    carry_out(cast, as_person)
    browser.post(f"{sent.url}columns/", columns(last(), **{"c-quantity": ""}))
    carry_out(cast, as_person)

    page = browser.get(sent.url, follow=True)
    assert "Say which column is: Quantity" in words(page)


# --- two people, and rights --------------------------------------------------------------------------------------


def test_the_same_file_by_two_people_changes_nothing_the_second_time(browser, client_of, last, cast, as_person):
    mine = checked(browser, last, OWN)
    admins = client_of(cast.admin)
    upload(admins, OWN)
    theirs = last(cast.admin)
    admins.post(f"/import/{theirs.pk}/columns/", columns(theirs))
    browser.post(f"/import/{mine.pk}/apply/")

    done = admins.post(f"/import/{theirs.pk}/apply/", follow=True)

    assert "0 new, 0 changed, 2 as before" in words(done)
    with as_person(cast.manager):
        assert Order.objects.count() == 2


def test_a_colleagues_load_is_looked_at_and_not_touched(browser, client_of, last, cast):
    batch = checked(browser, last, OWN)
    admins = client_of(cast.admin)

    assert "works on it" in words(admins.get(f"/import/{batch.pk}/"))
    assert admins.get(f"/import/{batch.pk}/check/").status_code == 302
    for verb in ("apply", "columns", "mend", "rows", "aside", "undo", "stop", "again", "answers", "read-as", "matches"):
        assert admins.post(f"/import/{batch.pk}/{verb}/").status_code == 404
    assert last().state == "checked"


def test_whoever_may_load_nothing_gets_no_page(client_of, cast):
    assert client_of(cast.agent).get("/import/").status_code == 403
    assert client_of(cast.production).post("/import/").status_code == 403
    assert client_of(cast.manager).get("/orders/import/7/").url == "/import/"


def test_what_is_over_stays_as_it_is_whatever_is_posted(browser, last):
    batch = checked(browser, last, OWN)
    browser.post(f"/import/{batch.pk}/apply/")

    for verb in (
        "columns",
        "mend",
        "rows",
        "answers",
        "read-as",
        "matches",
        "rates",
        "ask-again",
        "check",
        "again",
        "stop",
    ):
        assert browser.post(f"/import/{batch.pk}/{verb}/", {"kind": "x", "all": "new"}).status_code in {302, 422}
    for page in ("columns", "check", "rows", "items", "matches", "problems/csv"):
        assert browser.get(f"/import/{batch.pk}/{page}/").status_code == 302
    assert last().state == "applied"


def test_put_aside_is_in_the_list_and_nothing_of_it_stays(browser, last):
    batch = checked(browser, last, OWN)

    answer = browser.post(f"/import/{batch.pk}/aside/", follow=True)

    assert "Put aside" in words(answer) and not kept.folder_of(batch).exists()
    assert "Nothing matches." in words(browser.get("/import/?state=applied"))
    assert "old orders.csv" in words(browser.get("/import/?noun=order&state=refused"))


@pytest.mark.parametrize("odd", ["\x00", "'; drop", "٣", "9" * 40, "#-1", "<b>", "\ud7ff"])
def test_nothing_that_is_posted_is_a_fault_of_ours(browser, last, odd):
    batch = checked(browser, last, OWN.replace(",4,500", ",four,500"))
    sent = {
        "columns": {"c-quantity": odd, "f-channel": odd, "source": odd},
        "mend": {"kind": odd, "column": odd, "fix": odd},
        "read-as": {"read_as": odd, "table": odd}, "answers": {"q-0": odd}, "rates": {"rate-USD": odd},
        "ask-again": {"about": odd, "column": odd}, "rows": {"v-4-5": odd}, "matches": {"all": odd},
    }  # fmt: skip
    for verb, said in sent.items():
        assert browser.post(f"/import/{batch.pk}/{verb}/", said).status_code in {302, 422}, verb
    for page in ("items", "rows", "matches", "check", "columns", "columns/samples"):
        query = {"page": odd, "q": odd, "verdict": odd, "kind": odd, "mine-amount": odd, "c-x": odd}
        assert browser.get(f"/import/{batch.pk}/{page}/", query).status_code in {200, 302}, page
    assert browser.get("/import/", {"noun": odd, "state": odd, "page": odd}).status_code == 200


@pytest.mark.parametrize("page", ["", "check/", "columns/", "items/", "rows/", "matches/"])
def test_no_page_asks_much(browser, last, page, django_assert_max_num_queries):
    batch = checked(browser, last, OWN.replace(",4,500", ",four,500"))

    with django_assert_max_num_queries(20):  # with savepoints and session: fifteen of our own
        browser.get(f"/import/{batch.pk}/{page}")


# --- what a person's home says, and what is forgotten ------------------------------------------------------------


def test_loads_that_wait_are_on_the_home_of_who_loads(browser, client_of, last, large, cast, as_person):
    sent = upload(browser, b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "photo.csv")
    carry_out(cast, as_person)

    assert "1 load waits for you: photo.csv." in words(browser.get("/home/"))
    assert "A load of Hamza Sheikh ended badly: photo.csv." in words(client_of(cast.admin).get("/home/"))
    assert "photo.csv" not in words(client_of(cast.agent).get("/home/"))
    upload(browser, OWN)
    assert "2 loads wait for you." in words(browser.get("/home/"))
    assert "ended so:" in words(client_of(cast.admin).get(sent.url))


def test_what_nobody_came_back_to_is_forgotten_and_what_was_loaded_keeps_no_bytes(
    browser, last, cast, as_person, monkeypatch
):
    loaded = checked(browser, last, OWN)
    browser.post(f"/import/{loaded.pk}/apply/")
    left = checked(browser, last, OWN, "left.csv")
    fresh = checked(browser, last, OWN, "fresh.csv")
    monkeypatch.setattr(sweeping, "KEPT_DAYS", -1)  # as seen tomorrow by who keeps nothing
    touched = (clock.now() + timedelta(days=2)).timestamp()
    os.utime(kept.folder_of(fresh), (touched, touched))

    with acting_as(task("sweeper")):
        assert sweeping.sweep() == 2
        assert sweeping.sweep() == 0

    with as_person(cast.manager):
        states = dict(ImportBatch.objects.values_list("file_name", "state"))
        assert not ImportRow.objects.filter(batch=left).exists()
    assert states == {"old orders.csv": "applied", "left.csv": "refused", "fresh.csv": "checked"}
    assert [kept.folder_of(one).exists() for one in (loaded, left, fresh)] == [False, False, True]


def test_what_was_decided_in_a_load_is_swept_with_its_bytes_and_its_page_stays(
    browser, last, cast, as_person, monkeypatch
):
    done = {}
    for name in ("undone", "loaded", "open"):
        done[name] = checked(browser, last, OWN.replace("B-", f"{name[0]}-"), f"{name}.csv")
        with as_person(cast.manager):
            ImportCell.objects.create(batch=done[name], line=2, at=0, value="x")
            ImportMatch.objects.create(batch=done[name], kind="customer", key="A", likely=[], answer="")
    for name in ("undone", "loaded"):
        browser.post(f"/import/{done[name].pk}/apply/")
    browser.post(f"/import/{done['undone'].pk}/undo/")
    with acting_as(task("sweeper")):
        assert sweeping.sweep() == 0
    monkeypatch.setattr(sweeping, "KEPT_DAYS", -1)  # as seen tomorrow by who keeps nothing
    touched = (clock.now() + timedelta(days=2)).timestamp()
    os.utime(kept.folder_of(done["open"]), (touched, touched))
    kept.drop(done["undone"])  # by a sweep that did not know of decisions

    with acting_as(task("sweeper")):
        assert (sweeping.sweep(), sweeping.sweep()) == (2, 0)

    with as_person(cast.manager):
        for model in (ImportCell, ImportMatch):
            assert set(model.objects.values_list("batch_id", flat=True)) == {done["open"].pk}
    assert "2 new" in words(browser.get(f"/import/{done['loaded'].pk}/"))
    browser.post(f"/import/{done['open'].pk}/aside/")
    with as_person(cast.manager):
        assert not ImportCell.objects.exists() and not ImportMatch.objects.exists()


def test_the_command_loads_anything(cast, as_person, tmp_path, capsys):
    (tmp_path / "old.csv").write_text(OWN)

    call_command("load", str(tmp_path / "old.csv"), "--by", cast.manager.email, "--check")
    call_command("load", str(tmp_path / "old.csv"), "--by", cast.manager.email, "--noun", "order")

    assert "Loaded: 2 new, 0 changed" in capsys.readouterr().out
    (tmp_path / "old.csv").write_text(OWN.replace("13/01", "03/01").replace("14/01", "04/01"))
    with pytest.raises(CommandError, match="could be day first or month first"):
        call_command("load", str(tmp_path / "old.csv"), "--by", cast.manager.email)
