"""What people see when we are at fault, or when the database is away."""

import json

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from ops.views import server_error


def test_a_fault_of_ours_names_its_reference():
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
    assert client_of(cast.manager).get("/").url == "/orders/"
    assert client_of(cast.finance).get("/").url == "/orders/list/"
    assert client_of(cast.sysadmin).get("/").url == "/health/"


def test_the_palette_finds_own_orders_and_nobody_elses(cast, client_of):
    from tests import make

    mine, theirs = make.order(cast.agent), make.order(cast.other_agent)

    html = client_of(cast.agent).get("/palette/?q=walnut").content.decode()

    assert mine.number in html
    assert theirs.number not in html


def test_health_says_that_rights_are_in_force(cast, client_of):
    html = client_of(cast.sysadmin).get("/health/").content.decode()

    assert "owns nothing, may not go round the rules" in html
    assert html.count("Look at this") == 0
