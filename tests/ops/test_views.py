"""What people see when we are at fault, or when the database is away."""

import json
import os

import pytest
import sentry_sdk
from django.db import OperationalError
from django.test import RequestFactory

from accounts.actions import add_person, change_role
from ops.models import Role
from ops.views import server_error


def test_a_fault_of_ours_names_its_reference(monkeypatch):
    monkeypatch.setattr(sentry_sdk, "last_event_id", lambda: None)  # another test's event may be the last
    request = RequestFactory().get("/")
    request.request_id = "abc123"
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        answer = server_error(request)

    assert answer.status_code == 500
    assert "abc123" in answer.content.decode()
    assert "abc123" in json.loads(answer["HX-Trigger"])["toast"]["text"]


def test_a_database_that_is_away_is_a_sentence_and_a_time_to_come_back():
    try:
        raise OperationalError("server closed the connection")
    except OperationalError:
        answer = server_error(RequestFactory().get("/"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Try again in a few seconds" in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "status"), [(b'{"csp-report": {"effective-directive": "img-src"}}', 204), (b"not json", 400)]
)
def test_browsers_may_report_what_the_policy_blocked(client, body, status, db):
    assert client.post("/csp-report/", body, content_type="application/csp-report").status_code == status


def test_health_shows_counts_and_no_mail(cast, client_of):
    html = client_of(cast.manager).get("/health/").content.decode()

    assert "No mail has been queued yet." in html
    assert client_of(cast.agent).get("/health/").status_code == 403


def test_each_role_starts_where_its_work_is(cast, client_of):
    assert client_of(cast.manager).get("/").url == "/home/"
    assert client_of(cast.production).get("/").url == "/orders/"
    assert client_of(cast.sysadmin).get("/").url == "/health/"


def test_the_palette_finds_own_orders_and_nobody_elses(cast, client_of):
    from tests import make

    mine, theirs = make.order(cast.agent), make.order(cast.other_agent)

    html = client_of(cast.agent).get("/palette/?q=walnut").content.decode()

    assert mine.number in html
    assert theirs.number not in html


@pytest.mark.parametrize(
    ("words", "address"),
    [("overdue", "/orders/list/?late=1"), ("late", "/orders/list/?late=1"), ("stuck", "/orders/list/?stuck=1"),
     ("calendar", "/orders/calendar/"), ("settings", "/rules/")],
)  # fmt: skip
def test_the_palette_finds_views_and_pages_by_their_words(cast, client_of, words, address):
    assert f'href="{address}"' in client_of(cast.manager).get(f"/palette/?q={words}").content.decode()


def test_the_palette_finds_saved_views_of_ones_own_and_shared_ones_only(cast, client_of):
    for name, shared in (("Eid rush", "1"), ("Eid secret", "")):
        client_of(cast.manager).post("/orders/views/", {"query": "?rush=1&late=1", "name": name, "shared": shared})
        client_of(cast.manager).post("/orders/views/", {"query": f"?q={name}", "name": name, "shared": shared})

    mine = client_of(cast.manager).get("/palette/?q=eid").content.decode()
    agent = client_of(cast.agent).get("/palette/?q=eid").content.decode()
    nobody = client_of(cast.sysadmin).get("/palette/?q=overdue").content.decode()

    assert "Eid rush" in mine
    assert "Eid secret" in mine
    assert "Eid rush" in agent
    assert "Eid secret" not in agent
    assert "/orders/" not in nobody


def test_health_says_kinds_of_mail_in_words(cast, client_of, as_person):
    from ops import outbox

    with as_person(cast.manager):
        outbox.queue(key="k", kind="order.shipped", to="a@b.example", subject="x", template="emails/order_woken",
                     context={"order": {"number": "SO-1"}, "reason": ""})  # fmt: skip
    html = client_of(cast.sysadmin).get("/health/").content.decode()

    assert "To a customer: the order is on its way" in html
    assert "order.shipped" not in html


def test_health_says_that_rights_are_in_force(cast, client_of):
    html = client_of(cast.sysadmin).get("/health/").content.decode()

    assert "It owns nothing and may not go round." in html
    assert html.count("Look at this") == 0


@pytest.fixture
def mail_folder(settings, tmp_path):
    """A shop to look at, whose mail goes to files."""
    settings.DEMO, settings.EMAIL_URL, settings.MAIL_DIR = True, "", tmp_path / "mail"
    return settings.MAIL_DIR


def test_a_demo_shop_shows_people_admins_the_mails_it_wrote_newest_first(cast, client_of, mail_folder):
    admin = client_of(cast.admin)
    assert admin.get("/mail/").context["mails"] == []

    mail_folder.mkdir()
    for age, name in enumerate(("new.log", "old.log")):
        (mail_folder / name).write_text(f"Subject: the {name[:3]} one <b>")
        os.utime(mail_folder / name, (1_700_000_000 - age, 1_700_000_000 - age))
    (mail_folder / "notes.txt").write_text("not a mail")

    answer = admin.get("/mail/")
    assert [mail["name"] for mail in answer.context["mails"]] == ["new.log", "old.log"]
    assert "Subject: the new one &lt;b&gt;" in answer.content.decode()
    assert client_of(cast.manager).get("/mail/").status_code == 403


@pytest.mark.parametrize("change", [{"DEMO": False}, {"EMAIL_URL": "smtp://mail.example"}])
def test_a_shop_that_is_no_demo_or_sends_its_mail_has_no_page_of_mails(cast, client_of, mail_folder, settings, change):
    for name, value in change.items():
        setattr(settings, name, value)

    assert client_of(cast.admin).get("/mail/").status_code == 404


@pytest.mark.parametrize("demo", [True, False])
def test_only_a_demo_shop_shows_who_can_sign_in(cast, client, settings, demo, as_person):
    settings.DEMO = demo
    with as_person(cast.admin):
        for name in ("sana", "zara"):
            add_person(email=f"{name}@demo.example", name=name.title(), role="sales_agent", by=cast.admin)

    html = client.get("/accounts/login/").content.decode()

    assert ("sana@demo.example" in html, "walnut-chair-1947" in html) == (demo, demo)
    assert "zara@demo.example" not in html
    assert "cast.example" not in html
    assert ("Somebody who manages people here adds you" in html) is not demo


def test_a_report_that_is_no_object_is_refused(client, db):
    assert client.post("/csp-report/", b"[1]", content_type="application/csp-report").status_code == 400


def test_a_role_whose_first_page_is_not_installed_starts_at_the_parts(cast, client_of, as_person):
    with as_person(cast.sysadmin):
        Role.objects.create(key="visitor", label="Visitor", scopes=["staff"], home="nowhere:at_all")
    with as_person(cast.admin):
        change_role(cast.agent, role="visitor", by=cast.admin)

    assert client_of(cast.agent).get("/").url == "/ui/"
