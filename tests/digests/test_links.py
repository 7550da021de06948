"""One-click links: GET shows and changes nothing; POST acts once, as the reader, with the rights they have then."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts import actions as people
from ops import clock, links
from ops.db.actor import acting_as, for_link, for_user
from ops.digests.models import Extension, HandBack, Listed, Snooze
from ops.models import Event
from orders import actions
from orders.models import Order
from tests import make
from tests.digests.conftest import YESTERDAY, links_in, mails, tell
from tests.races.together import in_step

TOMORROW = clock.today() + timedelta(days=1)
ANSWERS = {
    "done": {"do": "done"},
    "extend": {"do": "extend", "until": TOMORROW.isoformat(), "reason": "Fabric comes late"},
    "snooze": {"do": "snooze", "until": TOMORROW.isoformat()},
    "not_mine": {"do": "not_mine", "reason": "Sana sold it"},
}


@pytest.fixture
def making(cast, origin) -> tuple[Order, str]:
    """An overdue order in production, and the maker's link to it."""
    order = make.order_in("in_production", cast.agent, cast.production, **YESTERDAY)
    tell()
    (link,) = links_in(mails()[cast.production.email])
    return order, link


def stage_of(order: Order, by) -> str:
    with acting_as(for_user(by)):
        return Order.objects.get(pk=order.pk).stage


@pytest.mark.django_db
def test_a_scanner_that_follows_every_link_changes_nothing(cast, making):
    order, link = making
    scanner = Client()

    for _ in range(3):
        for way in ("", "?do=done", "?do=extend", "?do=snooze", "?do=not_mine", "?do=nonsense"):
            for ask in (scanner.get, scanner.head):
                answer = ask(link + way)
                assert answer.status_code == 200
    page = scanner.get(link + "?do=done")

    assert "Move it to Ready to ship" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert "Ayesha" not in page.content.decode()  # the customer is not the floor's to know
    assert stage_of(order, cast.manager) == "in_production"
    with acting_as(for_user(cast.manager)):
        assert Event.objects.filter(noun="order", subject_id=order.pk).latest("pk").kind == "order.started"


@pytest.mark.django_db
def test_done_moves_it_on_as_the_reader_and_a_second_time_is_refused(cast, making):
    order, link = making

    first, second = Client().post(link, ANSWERS["done"]), Client().post(link, ANSWERS["done"])

    assert (first.status_code, second.status_code) == (200, 404)
    assert f"{order.number} has moved on." in first.content.decode()
    assert "already used" in second.content.decode()
    assert stage_of(order, cast.manager) == "ready_to_ship"
    with acting_as(for_user(cast.manager)):
        event = Event.objects.get(subject_id=order.pk, kind="order.ready")
        assert (event.by_id, event.source) == (cast.production.pk, "mail")


@pytest.mark.django_db
def test_each_other_answer_does_what_it_says_once(cast, origin):
    orders = [make.order_in("in_production", cast.agent, cast.production, **YESTERDAY) for _ in range(3)]
    tell()
    found = dict(zip(_subjects(cast.production), links_in(mails()[cast.production.email]), strict=True))

    for order, way in zip(orders, ("extend", "snooze", "not_mine"), strict=True):
        assert Client().post(found[order.pk], ANSWERS[way]).status_code == 200
        assert Client().post(found[order.pk], ANSWERS["done"]).status_code == 404

    with acting_as(for_user(cast.production)):
        extension = Extension.objects.get()
        assert (extension.subject_id, extension.by_id, extension.reason) == (
            orders[0].pk,
            cast.production.pk,
            "Fabric comes late",
        )
        assert Snooze.objects.get().subject_id == orders[1].pk
        assert HandBack.objects.get().subject_id == orders[2].pk
    assert {stage_of(order, cast.manager) for order in orders} == {"in_production"}


def _subjects(person) -> list[int]:
    with acting_as(for_user(person)):
        return list(Listed.objects.order_by("position").values_list("subject_id", flat=True))


@pytest.mark.django_db
def test_what_is_wrong_is_said_and_the_link_stays_unused(cast, making):
    _, link = making

    bad = Client().post(link, {"do": "extend", "until": clock.today().isoformat(), "reason": "x"})
    empty = Client().post(link, {"do": "not_mine", "reason": ""})

    assert (bad.status_code, empty.status_code) == (422, 422)
    assert "after today" in bad.content.decode()
    assert Client().post(link, ANSWERS["extend"]).status_code == 200


@pytest.mark.django_db
def test_who_was_deactivated_or_lost_the_right_acts_no_more(cast, making, as_person):
    order, link = making
    with as_person(cast.admin):
        people.change_role(cast.production, by=cast.admin, role="accountant")
    assert "does not wait for you any more" in Client().get(link).content.decode()
    assert Client().post(link, ANSWERS["done"]).status_code == 422
    with as_person(cast.admin):
        people.change_role(cast.production, by=cast.admin, role="production")
        people.deactivate_person(cast.production, by=cast.admin)

    assert Client().get(link).status_code == 404
    assert Client().post(link, ANSWERS["done"]).status_code == 404
    assert stage_of(order, cast.manager) == "in_production"
    with as_person(cast.admin):
        people.reactivate_person(cast.production, by=cast.admin)
    assert Client().post(link, ANSWERS["done"]).status_code == 200


@pytest.mark.django_db
def test_what_somebody_else_has_done_meanwhile_is_said(cast, making, as_person):
    order, link = making
    with as_person(cast.production):
        actions.mark_ready(order, by=cast.production)

    assert "does not wait for you any more" in Client().get(link).content.decode()
    assert Client().post(link, ANSWERS["done"]).status_code == 422
    assert stage_of(order, cast.manager) == "ready_to_ship"


@pytest.mark.django_db
def test_an_altered_a_made_up_and_an_ended_link_open_nothing(cast, making):
    _, link = making
    for path in (link[:-2] + ("y/" if link[-2] == "x" else "x/"), "/m/made-up/", "/m/" + "a" * 300 + "/"):
        answer = Client().get(path)
        assert (answer.status_code, "not valid" in answer.content.decode()) == (404, True)
        assert Client().post(path, ANSWERS["done"]).status_code == 404


@pytest.mark.django_db
def test_a_post_of_another_site_is_refused(cast, making):
    _, link = making

    assert Client(enforce_csrf_checks=True).post(link, ANSWERS["done"]).status_code == 403


@pytest.mark.django_db
def test_with_the_token_raw_sql_sees_that_one_row_and_no_order(cast, origin):
    make.order_in("in_production", cast.agent, cast.production, **YESTERDAY)
    make.order(cast.agent, **YESTERDAY)
    tell()
    token = links_in(mails()[cast.production.email])[0].split("/")[2]

    with acting_as(for_link(token)):
        assert [one.person_id for one in Listed.objects.all()] == [cast.production.pk]
        assert Order.objects.count() == 0
        for sql in ("select count(*) from accounts_user", "update digests_listed set position = 2",
                    "delete from digests_snooze"):  # fmt: skip
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)


@pytest.mark.django_db
def test_nobody_but_the_job_makes_such_a_link(cast, making):
    with acting_as(for_user(cast.manager)):
        pk = Listed.objects.values_list("pk", flat=True).first()
    for person in cast.everyone():
        with acting_as(for_user(person)), pytest.raises(DatabaseError), transaction.atomic():
            links.issue("digest_row", pk, valid_for=timedelta(days=1), uses=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_exactly_one_acts(cast, origin):
    with transaction.atomic():
        for _ in range(10):
            make.order_in("in_production", cast.agent, cast.production, **YESTERDAY)
    tell()
    found = links_in(mails()[cast.production.email])

    def click(link: str) -> int:
        return Client().post(link, ANSWERS["done"]).status_code

    for pair in zip(*in_step(found, click, click), strict=True):
        assert sorted(pair) == [200, 404]
    assert "already used" in Client().get(found[0]).content.decode()
    with acting_as(for_user(cast.manager)):
        assert Event.objects.filter(kind="order.ready").count() == 10


# --- what came of it ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_measures_by_role_and_person_and_each_number_leads_to_its_rows(cast, origin, client_of):
    orders = [make.order_in("in_production", cast.agent, cast.production, **YESTERDAY) for _ in range(3)]
    late = make.order(cast.agent, **YESTERDAY)
    tell()
    found = dict(zip(_subjects(cast.production), links_in(mails()[cast.production.email]), strict=True))
    Client().post(found[orders[0].pk], ANSWERS["done"])
    browser = client_of(cast.manager)

    page = browser.get("/lists/").content.decode()
    acted = browser.get(f"/lists/rows/?role=production&person={cast.production.pk}&acted=yes").content.decode()
    left = browser.get("/lists/rows/?role=production&acted=no").content.decode()

    assert "33% acted on within a day" in page
    assert "0% acted on within a day" in page
    assert f'href="/lists/rows/?role=production&amp;person={cast.production.pk}&amp;acted=yes">1</a>' in page
    assert [order.number in acted for order in orders] == [True, False, False]
    assert [order.number in left for order in orders] == [False, True, True]
    assert late.number not in left
    for person in (cast.agent, cast.production, cast.finance, cast.sysadmin):
        assert client_of(person).get("/lists/").status_code == 403
