"""The pages about roles: printed from the live rules; a role copied, changed, deleted; why somebody sees an order."""

import pytest
from django.urls import reverse

from accounts.models import User
from ops.db.actor import acting_as, door, for_user
from ops.models import Role
from orders import actions as order_actions
from tests import make

pytestmark = pytest.mark.django_db


def page(browser, name: str, *args: object) -> str:
    return browser.get(reverse(name, args=args)).content.decode().replace("&#x27;", "'")


def test_roles_are_for_those_who_look_after_them(cast, client_of):
    for person in cast.everyone():
        admin = person.has_scope("people_admin") or person.has_scope("roles_admin")
        for name, args in (("role_list", []), ("role_detail", ["manager"])):
            assert client_of(person).get(reverse(f"roles:{name}", args=args)).status_code == (200 if admin else 403)


def test_each_right_is_said_with_the_policies_that_run_and_who_has_it(cast, client_of):
    shown = page(client_of(cast.admin), "roles:role_list")

    assert "Sees orders in production and ready to ship" in shown
    assert "the floor works on its stages" in shown
    assert "changes (production note, stage)" in shown
    assert "Bilal Shah" in shown


def test_a_role_page_has_its_matrix(cast, client_of):
    shown = page(client_of(cast.admin), "roles:role_detail", "production")

    assert "orders_order " in shown
    assert "production_note" in shown
    assert "orders_ordercosting" not in shown
    assert "Came with the product" in shown


def test_a_copy_is_made_changed_with_a_look_first_and_deleted(cast, client_of):
    browser = client_of(cast.owner)
    made = browser.post(
        reverse("roles:role_copy", args=["sales_agent"]),
        {"label": "Counter", "why": "Sells.", "scopes": ["staff", "orders_own"], "save": "yes"},
    )
    assert made["Location"] == reverse("roles:role_detail", args=["counter"])
    browser.post(reverse("people:person_role", args=[cast.agent.pk]), {"role": "counter"})

    change = reverse("roles:role_change", args=["counter"])
    asked = {"label": "Counter", "why": "Sells.", "scopes": ["staff", "orders_own", "health"]}
    looked = browser.post(change, asked).content.decode()
    assert "What saving does" in looked
    assert "<ins>Sees job runs" in looked
    assert "1 person has it with the next click:</strong> Omar Aziz" in looked
    with acting_as(door()):
        assert Role.objects.get(key="counter").scopes == ["orders_own", "staff"]

    browser.post(change, asked | {"save": "yes"})
    with acting_as(door()):
        assert Role.objects.get(key="counter").scopes == ["health", "orders_own", "staff"]
    assert "gives health" in page(browser, "roles:role_detail", "counter")

    delete = reverse("roles:role_delete", args=["counter"])
    refused = browser.post(delete, {"successor": ""})
    assert refused.status_code == 422
    assert "Counter is the role of Omar Aziz. Choose which role they get." in refused.content.decode()
    browser.post(delete, {"successor": "production"})
    with acting_as(door()):
        assert User.objects.get(pk=cast.agent.pk).role_id == "production"
        assert not Role.objects.filter(key="counter").exists()


def test_what_is_not_ones_own_cannot_be_ticked_and_is_refused_when_it_is_sent(cast, client_of):
    browser = client_of(cast.sysadmin)
    copy = reverse("roles:role_copy", args=["manager"])

    assert "not yours to give" in browser.get(copy).content.decode()
    refused = browser.post(copy, {"label": "Mine", "why": "", "scopes": ["staff", "orders_all"]})
    assert refused.status_code == 422
    assert "This is not yours to give: Sees and works on every order" in refused.content.decode()


def test_a_shipped_role_is_copied_and_not_changed(cast, client_of):
    answer = client_of(cast.owner).post(
        reverse("roles:role_change", args=["manager"]), {"label": "Boss", "why": "", "scopes": ["staff"], "save": "yes"}
    )

    assert answer.status_code == 422
    assert "came with the product" in answer.content.decode()


# --- why somebody sees an order ---------------------------------------------------------------------------------


def test_why_an_agent_sees_an_own_order(cast, client_of):
    order = make.order(cast.agent)
    shown = page(client_of(cast.admin), "roles:why", "order", order.pk, cast.agent.pk)

    assert f"Omar sees {order} because:" in shown
    assert "own orders and shared ones are seen" in shown
    assert "(the agent is Omar Aziz;" in shown
    assert "Omar does not see it" in shown  # its costs
    assert "Sees costs and profit" in shown


def test_why_not_and_what_it_would_take(cast, client_of):
    order = make.order(cast.agent)
    browser = client_of(cast.admin)
    shown = page(browser, "roles:why", "order", order.pk, cast.other_agent.pk)

    assert "Sana has these rights, but here they do not hold:" in shown
    assert "own orders and shared ones are seen" in shown
    assert "They would see it with:" in shown
    assert "Sees and works on every order" in shown

    with acting_as(for_user(cast.agent)):
        order_actions.share_order(order, by=cast.agent, colleague=cast.other_agent)
    shared = page(browser, "roles:why", "order", order.pk, cast.other_agent.pk)
    assert f"Sana sees {order} because:" in shared
    assert "it is shared with Sana Noor" in shared


def test_the_answer_is_what_each_person_meets(cast, client_of):
    """Everybody, one order in work and one received: the page and their own request say the same."""
    orders = [make.order(cast.agent), make.order_in("in_production", cast.other_agent, cast.production)]
    for order in orders:
        shown = page(client_of(cast.admin), "roles:who_sees", "order", order.pk)
        rows = shown.partition("</table>")[0].split("<tr>")[2:]
        for person in cast.everyone():
            [row] = [row for row in rows if person.name in row]
            sees = client_of(person).get(reverse("orders:order_detail", args=[order.pk])).status_code == 200
            assert ("tag ok" in row) is sees, (person, order)


def test_an_order_that_the_admin_may_not_see_is_not_explained(cast, client_of):
    order = make.order(cast.agent)

    for name, args in (("who_sees", ["order", order.pk]), ("why", ["order", order.pk, cast.agent.pk])):
        assert client_of(cast.sysadmin).get(reverse(f"roles:{name}", args=args)).status_code == 404
        assert client_of(cast.manager).get(reverse(f"roles:{name}", args=args)).status_code == 403
    assert client_of(cast.admin).get(reverse("roles:who_sees", args=["unicorn", order.pk])).status_code == 404


def test_from_somebodys_page_by_the_number(cast, client_of):
    order, browser = make.order(cast.agent), client_of(cast.admin)

    answer = browser.get(reverse("roles:why_person", args=[cast.agent.pk]), {"q": order.number.lower()})

    assert answer["Location"] == reverse("roles:why", args=["order", order.pk, cast.agent.pk])
    nothing = browser.get(reverse("roles:why_person", args=[cast.agent.pk]), {"q": "SO-0"}, follow=True)
    assert "You see nothing with the number" in nothing.content.decode()


def test_the_order_page_leads_there_for_admins_only(cast, client_of):
    order = make.order(cast.agent)

    for person, there in ((cast.admin, True), (cast.manager, False), (cast.agent, False)):
        shown = page(client_of(person), "orders:order_detail", order.pk)
        assert (reverse("roles:who_sees", args=["order", order.pk]) in shown) is there


def test_a_new_role_is_begun_from_the_list_where_it_is_permitted(cast, client_of):
    scopes = {person: "roles_admin" in person.scopes for person in (cast.admin, cast.sysadmin, cast.manager)}
    for person, may in scopes.items():
        html = client_of(person).get("/roles/").content.decode()
        assert ('href="/roles/new/"' in html) == may
        choice = client_of(person).get("/roles/new/")
        assert (choice.status_code == 200) == may
        assert ('href="/roles/sales_agent/copy/"' in choice.content.decode()) == may
    assert set(scopes.values()) == {True, False}
