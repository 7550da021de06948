"""Saved views by mail: as their reader sees them that morning, once, and ended by a link that asks first (X2)."""

import re
from datetime import UTC, date, datetime

import pytest

from accounts import actions as people
from ops.db.actor import acting_as, for_user, mailer, task
from ops.models import OutboxMail, SavedView
from ops.standing import mailing
from ops.standing.models import Mailing
from tests import make

MONDAY, TUESDAY, NEXT_MONDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 23)


def saved(person, query="rush=1", *, name="Rush", shared=False, board="orders:order_list"):
    with acting_as(for_user(person)):
        return SavedView.objects.create(owner=person, board=board, name=name, query=query, shared=shared)


def wants(client, view, often="daily"):
    return client.post(f"/views/{view.pk}/mail/", {"often": often})


def morning(day=MONDAY) -> int:
    with acting_as(task("views")):
        return mailing.mail_views(day)


def mails():
    with acting_as(mailer()):
        return list(OutboxMail.objects.filter(kind="view_mail").order_by("pk"))


def test_a_view_comes_as_a_table_of_what_its_reader_sees(cast, client_of, shop, origin):
    view = saved(cast.manager, shared=True)
    for person in (cast.agent, cast.manager, cast.production):
        wants(client_of(person), view)

    assert morning() == 3

    told = {mail.recipient: mail for mail in mails()}
    agent, manager, floor = (told[one.email] for one in (cast.agent, cast.manager, cast.production))
    assert agent.subject == "Rush: 2 orders"
    assert manager.subject == "Rush: 3 orders"
    assert floor.subject == "Rush: 1 order"
    assert shop["rush"].number in agent.text
    assert shop["calm"].number not in agent.text
    assert shop["other"].number not in agent.text + agent.html
    assert "Rs 2,501.00" in agent.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Rs" + "\N{NO-BREAK SPACE}" not in floor.text + floor.html  # the floor sees no money, and no customers
    assert "Hira Khan" not in floor.text + floor.html
    assert f"https://shop.example/orders/{shop['made'].pk}/" in floor.text
    assert "https://shop.example/orders/list/?rush=1" in manager.text


def test_twice_the_same_morning_is_one_mail_and_weekly_is_one_a_week(cast, client_of, shop):
    daily, weekly = saved(cast.manager), saved(cast.manager, name="Week")
    wants(client_of(cast.manager), daily)
    wants(client_of(cast.manager), weekly, "weekly")

    sent = [morning(day) for day in (MONDAY, MONDAY, TUESDAY, NEXT_MONDAY)]

    assert sent == [2, 0, 1, 2]


def test_nothing_in_it_is_no_mail(cast, client_of, shop):
    view = saved(cast.manager, "held=1", name="Held")
    wants(client_of(cast.manager), view)

    assert morning() == 0
    assert mails() == []
    make.order(cast.agent)
    assert morning(TUESDAY) == 0


def test_who_was_deactivated_gets_none(cast, client_of, shop):
    view = saved(cast.agent)
    wants(client_of(cast.agent), view)
    with acting_as(for_user(cast.admin)):
        people.deactivate_person(cast.agent, by=cast.admin)

    assert morning() == 0


def test_who_lost_the_right_is_told_once_in_a_sentence(cast, client_of, shop):
    view = saved(cast.manager, "costed=1", name="Costs", shared=True)
    wants(client_of(cast.finance), view)
    with acting_as(for_user(cast.admin)):
        people.change_role(cast.finance, by=cast.admin, role="sales_agent")

    assert morning() == 1

    (mail,) = mails()
    assert mail.subject == "“Costs” is not open to you any more"
    assert "The view “Costs” is not open to you any more, so it does not come by mail again." in mail.text
    assert shop["rush"].number not in mail.text
    assert morning(TUESDAY) == 0


def test_a_view_that_its_owner_drops_or_keeps_to_themselves_says_so_too(cast, client_of, shop):
    dropped, kept = saved(cast.manager, name="Gone", shared=True), saved(cast.manager, name="Mine now", shared=True)
    for view in (dropped, kept):
        wants(client_of(cast.agent), view)
    client_of(cast.manager).post(f"/orders/views/{dropped.pk}/drop/")
    with acting_as(for_user(cast.manager)):
        SavedView.objects.filter(pk=kept.pk).update(shared=False)

    assert morning() == 2

    assert {mail.subject for mail in mails()} == {
        "“Gone” is not open to you any more", "“Mine now” is not open to you any more",
    }  # fmt: skip


def test_a_board_mails_what_it_shows(cast, client_of, shop):
    """A list shows cancelled orders, a board does not."""
    client_of(cast.manager).post(f"/orders/{shop['rush'].pk}/cancel/", {"reason": "Changed their mind"})
    view = saved(cast.manager, board="orders:board")
    wants(client_of(cast.manager), view)

    morning()

    (mail,) = mails()
    assert mail.subject == "Rush: 2 orders"
    assert shop["rush"].number not in mail.text


def test_nobody_gets_a_view_that_they_do_not_see(cast, client_of, shop):
    private = saved(cast.manager)

    assert wants(client_of(cast.agent), private).status_code == 404
    with acting_as(for_user(cast.agent)), pytest.raises(Exception, match="row-level security"):
        Mailing.objects.create(person=cast.agent, view_id=private.pk, name="x", often="daily")


def test_how_often_is_changed_and_ended_by_oneself(cast, client_of, shop, as_person):
    view, client = saved(cast.agent), client_of(cast.agent)

    wants(client, view, "daily")
    wants(client, view, "weekly")
    with as_person(cast.agent):
        assert list(Mailing.objects.values_list("often", flat=True)) == ["weekly"]
    wants(client, view, "hourly")
    wants(client, view, "never")

    with as_person(cast.agent):
        assert not Mailing.objects.exists()


def test_a_view_that_ships_with_the_board_comes_by_mail_in_one_step(cast, client_of, shop, as_person):
    client = client_of(cast.manager)
    menu = client.get("/views/menu/?page=orders:order_list&query=%3Fdue%3Dtoday").content.decode()
    before = client.get("/orders/list/?due=today").content.decode()

    answer = client.post("/views/mail/", {"page": "orders:order_list", "query": "?due=today", "often": "weekly"})

    assert 'action="/views/mail/"' in menu
    assert answer["Location"] == "/orders/list/?due=today"
    with as_person(cast.manager):
        kept = SavedView.objects.get()
        mailing = Mailing.objects.get()
    assert (kept.name, kept.query, kept.shared) == ("Due today", "due=today", False)
    assert (mailing.view_id, mailing.often, mailing.person_id) == (kept.pk, "weekly", cast.manager.pk)
    after = client.get("/orders/list/?due=today").content.decode()
    assert before.count(">Due today</a>") == after.count(">Due today</a>") == 1
    assert (
        'aria-pressed="true"' in client.get("/views/menu/?page=orders:order_list&query=%3Fdue%3Dtoday").content.decode()
    )


def test_mailing_a_filter_leaves_another_view_of_that_name_alone(cast, client_of, shop, as_person):
    view = saved(cast.manager, "rush=1", name="Due today", shared=True)

    client_of(cast.manager).post("/views/mail/", {"page": "orders:order_list", "query": "?due=today", "often": "daily"})

    with as_person(cast.manager):
        assert set(SavedView.objects.values_list("name", "query")) == {
            ("Due today", "rush=1"), ("Due today by mail", "due=today"),
        }  # fmt: skip
        assert SavedView.objects.get(pk=view.pk).shared


def test_the_link_in_the_mail_shows_on_get_and_ends_on_post(cast, client_of, client, shop, origin):
    wants(client_of(cast.agent), saved(cast.agent))
    morning()
    (path,) = set(re.findall(r"https://shop\.example(/v/[\w-]+/)", mails()[0].text))

    first, scanner = client.get(path), client.get(path)
    ended, again = client.post(path), client.get(path)

    assert "Not by mail any more?" in first.content.decode()
    assert scanner.status_code == 200
    assert "It does not come any more" in ended.content.decode()
    assert "This view does not come any more." in again.content.decode()
    assert morning(TUESDAY) == 0
    assert client.get("/v/nonsense/").status_code == 404


def test_a_link_ends_only_its_own_mailing(cast, client_of, client, shop, origin):
    view = saved(cast.manager, shared=True)
    for person in (cast.agent, cast.manager):
        wants(client_of(person), view)
    morning()
    mail = next(mail for mail in mails() if mail.recipient == cast.agent.email)
    (path,) = set(re.findall(r"https://shop\.example(/v/[\w-]+/)", mail.text))

    client.post(path)

    with acting_as(task("views")):
        assert list(Mailing.objects.values_list("person_id", flat=True)) == [cast.manager.pk]


def test_a_worker_that_has_loaded_no_page_finds_the_board(cast, client_of, shop):
    assert mailing.board_of("customers:customer_list").key == "customers"
    assert mailing.board_of("orders:board").key == "orders"


def test_words_of_others_do_not_become_markup(cast, client_of, shop, origin):
    make.order(cast.agent, name="<b>Bold & Sons</b>", rush=True)
    wants(client_of(cast.agent), saved(cast.agent))

    morning()

    (mail,) = mails()
    assert "&lt;b&gt;Bold &amp; Sons" in mail.html
    assert "<b>Bold & Sons</b>" in mail.text


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2026, 11, 16, 2, 30, tzinfo=UTC), False),  # Monday, 07:30 in Karachi
        (datetime(2026, 11, 16, 3, 0, tzinfo=UTC), True),  # 08:00
        (datetime(2026, 11, 22, 5, 0, tzinfo=UTC), False),  # Sunday: the shop does not work
    ],
)
def test_it_is_due_on_the_shops_morning(cast, moment, due):
    with acting_as(task("views")):
        assert mailing.is_due(moment) is due
