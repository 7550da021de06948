"""The audit: what stands in it, how it is found again, who may see which part, and what is taken away."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction

from ops import clock
from ops.access.scopes import scopes_of
from ops.audit import reading
from ops.audit.reading import Asked
from ops.audit.sources import nouns_for, sources_for
from ops.db.actor import acting_as, because, for_user
from ops.models import Event
from orders import actions, editing
from tests import make

URL = "/audit/"


@pytest.fixture
def story(cast):
    """An order that was received, edited with a reason, costed, and changed in the database past the app."""
    order = make.order(cast.agent)
    with acting_as(for_user(cast.agent, request="edit")), because("customer rang"):
        editing.edit_order(order, by=cast.agent, values={"channel": "Phone"}, was={})
    with acting_as(for_user(cast.finance, request="costs")):
        editing.set_costs(order, by=cast.finance, values={"production_cost": Decimal("77.25")}, was={})
    with acting_as(for_user(cast.manager, request="by-hand", source="")), connection.cursor() as cursor:
        cursor.execute("update orders_order set carrier = 'TCS' where id = %s", [order.pk])
    return order


def found(reader, **asked):
    with acting_as(for_user(reader, request="look")):
        people = {reader.pk: reader.name}
        return reading.page(Asked(**asked), scopes_of(reader), before=None, people=people, most=500)


def fields(hits):
    return {change.field for hit in hits for change in hit.changes}


def test_it_shows_what_was_meant_and_every_field_with_old_and_new(cast, client_of, story):
    html = client_of(cast.owner).get(f"{URL}?noun=order&record={story.number}").content.decode()

    for part in (story.number, "changed channel", "<del>—</del> → <ins>Phone</ins>", "customer rang", "In the database",
                 "<del>0</del> → <ins>77.25</ins>", "received the order"):  # fmt: skip
        assert part in html, part
    assert f"/orders/{story.pk}/past/?at=" in html


def test_a_day_reads_as_days_do(cast, client_of, story):
    with acting_as(for_user(cast.agent, request="later")):
        editing.edit_order(story, by=cast.agent, values={"promise_on": date(2031, 3, 9)}, was={})

    html = client_of(cast.owner).get(f"{URL}?noun=order&record={story.number}").content.decode()

    assert "→ <ins>9 Mar 2031</ins>" in html
    assert "2031-03-09" not in html


@pytest.mark.parametrize(
    ("asked", "changed"),
    [
        ({"kind": "database"}, {"carrier"}),
        ({"kind": "file"}, set()),
        ({"reason": "RANG"}, {"channel"}),
        ({"reason": "100%"}, set()),
        ({"field": "channel"}, {"channel"}),
        ({"field": "nothing"}, set()),
    ],
)
def test_a_filter_leaves_only_what_it_says(cast, story, asked, changed):
    hits = found(cast.owner, noun="order", subject=story.pk, **asked)

    assert fields(hits) == changed


def test_it_is_filtered_by_person_and_by_days(cast, story):
    mine = found(cast.owner, person=cast.finance.pk)
    tomorrow = found(cast.owner, noun="order", first=clock.today() + timedelta(days=1))
    today = found(cast.owner, noun="order", subject=story.pk, first=clock.today(), last=clock.today())

    assert {hit.entry.by_id for hit in mine} == {cast.finance.pk}
    assert "production_cost" in fields(mine)
    assert tomorrow == []
    assert {"channel", "carrier", "production_cost"} <= fields(today)


def test_pages_hold_every_change_once_and_in_order(cast, story):
    held = scopes_of(cast.owner)
    with acting_as(for_user(cast.owner, request="look")):
        whole = reading.page(Asked(), held, before=None, people={}, most=500)
        stepped, before = [], None
        while some := reading.page(Asked(), held, before=before, people={}, most=3):
            stepped += some
            before = some[-1].key

    assert [(h.source.rank, h.id) for h in stepped] == [(h.source.rank, h.id) for h in whole]
    assert len({(h.source.rank, h.id) for h in whole}) == len(whole) > 6


def test_the_system_admin_sees_people_and_roles_and_nothing_of_orders(cast, client_of, story):
    page = client_of(cast.sysadmin).get(f"{URL}?from=")
    html = page.content.decode()

    assert page.status_code == 200
    assert "Usman Ghani" in html
    for secret in (story.number, "Phone", "customer rang", "77.25", "TCS", "received the order"):
        assert secret not in html
    assert "order" not in {noun for noun, _ in nouns_for(scopes_of(cast.sysadmin))}
    for query in (f"noun=order&record={story.pk}", "noun=order", "noun=ordercosting"):
        answer = client_of(cast.sysadmin).get(f"{URL}?{query}")
        assert answer.status_code == 422
        assert "received the order" not in answer.content.decode()


def test_money_is_there_only_for_who_may_see_it():
    without = {source.view for source in sources_for(frozenset({"audit", "orders_all"}))}
    selling = {source.view for source in sources_for(frozenset({"audit", "orders_all", "sales_all"}))}
    costing = {source.view for source in sources_for(frozenset({"audit", "orders_all", "costs_read"}))}

    assert {"orders_order_changes", "orders_orderline_changes"} <= without
    money = {"orders_ordersale_changes", "orders_orderlineprice_changes"}
    assert not without & (money | {"orders_ordercosting_changes"})
    assert money <= selling and "orders_ordercosting_changes" not in selling
    assert "orders_ordercosting_changes" in costing and not costing & money


@pytest.mark.parametrize("person", ["manager", "agent", "production", "finance", "accountant"])
def test_the_page_is_for_those_who_audit(cast, client_of, person):
    assert client_of(getattr(cast, person)).get(URL).status_code == 403
    assert client_of(getattr(cast, person)).get(f"{URL}export/").status_code == 403


def test_whoever_reads_it_reads_under_their_own_rights(cast, story):
    """Even were the page open to an agent, a colleague's order would not be in it."""
    assert [h for h in found(cast.other_agent) if h.noun == "order"] == []
    assert {h.subject for h in found(cast.agent) if h.noun == "order"} == {story.pk}


def test_the_roots_are_for_who_audits_and_stay_as_they_are(cast):
    with acting_as(for_user(cast.owner, request="look")), connection.cursor() as cursor:
        cursor.execute("select count(*) from ops_chainroot")
        assert cursor.fetchone() == (0,)
    for person, sql in (
        (cast.owner, "delete from ops_chainroot"),
        (cast.owner, "insert into ops_chainroot (day, \"table\", rows, last_id, root) values (now(), 'x', 1, 1, '')"),
        (cast.agent, "select * from ops_chainroot"),
    ):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with acting_as(for_user(person, request="x")), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_it_is_taken_away_as_csv_and_that_is_on_record(cast, client_of, story):
    with acting_as(for_user(cast.agent, request="formula")):
        editing.edit_order(story, by=cast.agent, values={"channel": "=1+1"}, was={})

    answer = client_of(cast.owner).get(f"{URL}export/?noun=order&record={story.number}&format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

    edit = next(row for row in rows if row["New"] == "Phone")
    assert (edit["Who"], edit["Number"], edit["Field"], edit["Reason"]) == (
        "Omar Aziz", story.number, "channel", "customer rang",
    )  # fmt: skip
    assert "'=1+1" in {row["New"] for row in rows}
    with acting_as(for_user(cast.owner, request="look")):
        kept = Event.objects.filter(kind="board.exported", subject_id=cast.owner.pk).get()
    assert (kept.data["rows"], kept.data["plural"]) == (len(rows), "changes")


def test_it_is_taken_away_as_a_workbook(cast, client_of, story):
    answer = client_of(cast.owner).get(f"{URL}export/?format=xlsx")

    assert b"".join(answer.streaming_content).startswith(b"PK")


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=1.2", "before=99999999999999999999.1.1", "person=me", "from=2026-99-99", "to=never",
     "kind=magic", "field=drop+table", "before=9223372036854775.1.1"],
)  # fmt: skip
def test_what_makes_no_sense_is_not_asked(cast, client_of, query):
    assert client_of(cast.owner).get(f"{URL}?{query}").status_code == 200


def test_a_record_that_is_not_there_is_said(cast, client_of):
    answer = client_of(cast.owner).get(f"{URL}?noun=order&record=SO-0")

    assert answer.status_code == 422
    assert "There is no order “SO-0”" in answer.content.decode()


def test_rights_that_came_and_went_are_told_apart():
    assert reading._apart("{a,b}", "{b,c}") == ("a", "c")
    assert reading._apart("x", "{b}") == ("x", "{b}")


def test_what_the_app_adds_is_told_by_its_event_and_what_came_past_it_row_by_row(cast, story):
    with acting_as(for_user(cast.agent, request="line", source="")), connection.cursor() as cursor:
        cursor.execute(
            "insert into orders_orderline (order_id, position, sku, description, category, quantity)"
            " values (%s, 9, '', 'Stool', '', 1)",
            [story.pk],
        )

    added = [hit for hit in found(cast.owner) if hit.text == "added" and hit.noun == "order"]

    assert [(hit.label, hit.entry.way) for hit in added] == [("Line", "In the database")]
    assert "received the order" in {hit.text for hit in found(cast.owner)}


def test_a_move_is_in_it(cast, story):
    with acting_as(for_user(cast.agent, request="move")):
        actions.start_production(story, by=cast.agent, assignee=cast.production)

    assert "moved it from Received to In production" in {
        hit.text for hit in found(cast.owner, subject=story.pk, noun="order")
    }
