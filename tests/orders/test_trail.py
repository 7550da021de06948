"""The trail on paper: every change, for each reader only their part, and the proof that nobody altered it."""

from datetime import date
from decimal import Decimal

from ops import clock, documents
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, for_user
from ops.templatetags.ops import dated
from ops.trail import proof, trail_context
from orders import actions, editing
from tests import make
from tests.pdfs import pages_of


def story(cast):
    order = make.order_in("in_production", cast.agent, cast.production)
    with acting_as(for_user(cast.finance, request="costs")):
        editing.set_costs(order, by=cast.finance, values={"production_cost": Decimal("777.25")}, was={})
    with acting_as(for_user(cast.agent, request="hold")):
        actions.hold_order(order, by=cast.agent, reason="fabric missing")
    return order


def text_of(order, user):
    with acting_as(for_user(user, request="trail")):
        context = trail_context("order", order.pk, scopes_of(user), title=order.number, by=user.name, people={})
    return " ".join(" ".join(pages_of(documents.render_pdf("ops/trail.html", context))).split())


def test_it_says_who_changed_what_and_that_every_link_holds(cast, client_of):
    order = story(cast)

    answer = client_of(cast.manager).post(f"/orders/{order.pk}/print/", {"paper": "trail", "choice": "a4"})
    said = " ".join(" ".join(pages_of(answer.content)).split())

    assert answer["Content-Type"] == "application/pdf"
    for part in (order.number, "Made by Hamza Sheikh", "Omar Aziz", "Received the order", "Gave it to Bilal Shah",
                 "Received → In production", "Production cost: Rs 0.00 → Rs 777.25", "Put it on hold: fabric missing",
                 "Every link holds: 8 in 5 chains.", "Page 1"):  # fmt: skip
        assert part in said, part


def test_each_reader_gets_only_their_part(cast):
    order = story(cast)

    agent = text_of(order, cast.agent)

    assert "Put it on hold" in agent
    assert "777" not in agent and "profit" not in agent.lower()


def test_the_floor_gets_no_money(cast):
    order = make.order_in("in_production", cast.agent, cast.production)

    said = text_of(order, cast.production)

    assert "Gave it to Bilal Shah" in said
    for secret in ("2,501", "1,250", "Amount", "Price", "Ayesha"):
        assert secret not in said


def test_a_colleague_gets_nothing(cast, client_of):
    order = story(cast)

    assert client_of(cast.other_agent).post(f"/orders/{order.pk}/print/", {"paper": "trail"}).status_code == 404


def test_the_root_changes_with_the_content_and_with_nothing_else(cast, as_person):
    order = story(cast)
    with as_person(cast.manager):
        held = scopes_of(cast.manager)
        first, again = proof("order", order.pk, held), proof("order", order.pk, held)
        actions.release_order(order, by=cast.manager)
        later = proof("order", order.pk, held)

    assert first.root == again.root != later.root
    assert (first.broken, later.links) == ([], first.links + 1)


def test_days_on_paper_have_their_year(cast):
    order = make.order(cast.agent, promise_on=date(2031, 3, 4))
    with acting_as(for_user(cast.agent, request="later")):
        editing.edit_order(order, by=cast.agent, values={"promise_on": clock.today()}, was={})

    assert f"Promised for: 4 Mar 2031 → {dated(clock.today())}" in text_of(order, cast.agent)
