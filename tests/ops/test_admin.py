"""The system admin pages of the kernel and of the look-ups: same actor, same guards, nothing that the policy blocks."""

import re

import pytest
from django.urls import reverse

from ops import lifecycle
from ops.db.actor import acting_as, for_user
from ops.models import JobRun, Role, Stage
from tests import make

pytestmark = pytest.mark.django_db

LISTS = ("ops_role", "ops_stage", "ops_arrow", "ops_jobrun", "ops_savedview")
LOOK_UPS = ("orders_order", "orders_ordersale", "orders_ordercosting", "customers_customer", "catalog_product",
            "catalog_category")  # fmt: skip
# What the policy (settings.SECURE_CSP) would block: code and looks inside the page.
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*(\ssrc=|application/json))", re.IGNORECASE)


def stage(cast, key: str) -> Stage:
    with acting_as(for_user(cast.sysadmin)):
        return Stage.objects.get(noun="order", key=key)


def change(browser, row, **said: object):
    shown = {"label": row.label, "glyph": row.glyph, "category": row.category, "position": row.position,
             "chaser": row.chaser_id or "", "limit_hours": row.limit_hours or ""}  # fmt: skip
    return browser.post(reverse("admin:ops_stage_change", args=[row.pk]), shown | said)


def test_a_system_admin_edits_words_limit_and_chaser_and_it_is_seen_at_once(cast, client_of):
    before = stage(cast, "received")
    with acting_as(for_user(cast.sysadmin)):
        assert lifecycle.life("order").stage("received").label == "Received"

    answer = change(client_of(cast.sysadmin), before, label="New", limit_hours=6, chaser="manager")

    assert answer.status_code == 302
    after = stage(cast, "received")
    assert (after.label, after.limit_hours, after.chaser_id) == ("New", 6, "manager")
    with acting_as(for_user(cast.sysadmin)):
        assert lifecycle.life("order").stage("received").label == "New"
        assert after.history.latest("history_id").history_user_id == cast.sysadmin.pk


def test_the_key_of_a_stage_stays(cast, client_of):
    before = stage(cast, "received")

    change(client_of(cast.sysadmin), before, key="fresh", noun="repair", label="New")

    after = stage(cast, "received")
    assert (after.key, after.noun, after.label) == ("received", "order", "New")


def test_what_the_guard_refuses_is_said_in_the_form_beside_what_was_typed(cast, client_of):
    answer = change(client_of(cast.owner), stage(cast, "received"), category="done", label="Typed")

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "The key and the category of a built-in stage stay as they are" in page
    assert 'value="Typed"' in page
    assert stage(cast, "received").category == "open"


def test_a_builtin_stage_is_not_deleted_and_says_why(cast, client_of):
    row = stage(cast, "received")

    answer = client_of(cast.sysadmin).post(
        reverse("admin:ops_stage_delete", args=[row.pk]), {"post": "yes"}, follow=True
    )

    assert "This came with the product and cannot be deleted." in answer.content.decode()
    assert stage(cast, "received").pk == row.pk


def test_a_stage_of_the_shops_own_comes_and_goes(cast, client_of):
    browser = client_of(cast.sysadmin)
    said = {
        "noun": "order",
        "key": "quality",
        "label": "Quality check",
        "glyph": "ready",
        "category": "working",
        "position": 25,
    }

    assert browser.post(reverse("admin:ops_stage_add"), said).status_code == 302
    made = stage(cast, "quality")
    assert not made.builtin
    again = browser.post(reverse("admin:ops_stage_add"), said)
    assert again.status_code == 200

    browser.post(reverse("admin:ops_stage_delete", args=[made.pk]), {"post": "yes"})
    with acting_as(for_user(cast.sysadmin)):
        assert not Stage.objects.filter(key="quality").exists()


def test_a_role_of_the_shops_own_is_made_while_shipped_ones_are_only_read(cast, client_of):
    browser = client_of(cast.sysadmin)

    browser.post(
        reverse("admin:ops_role_add"),
        {"key": "packer", "label": "Packer", "why": "Packs.", "scopes": ["staff", "orders_floor"],
         "home": "orders:board",         "position": 60},
    )  # fmt: skip
    refused = browser.post(reverse("admin:ops_role_change", args=["manager"]), {"label": "Boss"})

    with acting_as(for_user(cast.sysadmin)):
        assert Role.objects.get(key="packer").scopes == ["staff", "orders_floor"]
        assert Role.objects.get(key="manager").label == "Manager"
    assert refused.status_code == 403


def test_an_arrow_leads_only_between_stages_that_there_are(cast, client_of):
    said = {"noun": "order", "from_stage": "received", "to_stage": "nowhere", "scopes": ["orders_all"]}

    answer = client_of(cast.sysadmin).post(reverse("admin:ops_arrow_add"), said)

    assert "There is no stage" in answer.content.decode()


def test_a_system_admin_finds_no_orders_customers_or_money(cast, client_of):
    order = make.order(cast.agent)
    browser = client_of(cast.sysadmin)

    index = browser.get(reverse("admin:index")).content.decode()

    for name in LOOK_UPS:
        assert f"/admin/{name.replace('_', '/', 1)}/" not in index
        assert browser.get(reverse(f"admin:{name}_changelist")).status_code == 403
    assert browser.get(reverse("admin:orders_order_change", args=[order.pk])).status_code == 403
    assert browser.get(reverse("admin:orders_order_history", args=[order.pk])).status_code == 403
    assert browser.get(reverse("admin:orders_order_simple_history", args=[order.pk, 1])).status_code == 403


def test_the_owner_looks_orders_up_and_writes_nothing_there(cast, client_of):
    order = make.order(cast.agent)
    browser = client_of(cast.owner)

    address = reverse("admin:orders_order_change", args=[order.pk])
    assert order.number in browser.get(address).content.decode()
    assert browser.post(address, {"stage": "delivered"}).status_code == 403
    assert browser.get(reverse("admin:orders_order_add")).status_code == 403
    assert browser.post(reverse("admin:orders_order_delete", args=[order.pk]), {"post": "yes"}).status_code == 403
    found = browser.get(reverse("admin:orders_order_changelist"), {"q": order.number})
    assert order.number in found.content.decode()


def test_history_is_read_and_never_put_back(cast, client_of):
    order = make.order_in("in_production", cast.agent, cast.production)
    browser = client_of(cast.owner)

    listed = browser.get(reverse("admin:orders_order_history", args=[order.pk]))
    row = listed.context["page_obj"][0].pk
    address = reverse("admin:orders_order_simple_history", args=[order.pk, row])

    assert cast.agent.name in listed.content.decode()
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"stage": "received"}).status_code == 405


def test_no_page_holds_anything_the_content_policy_blocks(cast, client_of):
    order = make.order(cast.agent)
    with acting_as(for_user(cast.sysadmin)):
        row, role = Stage.objects.first(), Role.objects.first()
    browser = client_of(cast.owner)
    addresses = [reverse(f"admin:{name}_changelist") for name in (*LISTS, *LOOK_UPS)]
    addresses += [reverse("admin:index"), reverse("admin:ops_stage_change", args=[row.pk]),
                  reverse("admin:ops_role_add"),
                  reverse("admin:ops_stage_history", args=[row.pk]), reverse("admin:ops_role_change", args=[role.pk]),
                  reverse("admin:ops_stage_delete", args=[row.pk]), reverse("admin:ops_arrow_add"),
                  reverse("admin:orders_order_change", args=[order.pk]),
                  reverse("admin:orders_order_history", args=[order.pk])]  # fmt: skip

    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert not (found := INLINE.search(answer.content.decode())), (address, found)


def test_job_runs_are_shown_and_not_touched(cast, client_of):
    with acting_as(for_user(cast.sysadmin)):
        assert not JobRun.objects.exists()

    assert client_of(cast.sysadmin).get(reverse("admin:ops_jobrun_changelist")).status_code == 200
    assert client_of(cast.sysadmin).get(reverse("admin:ops_jobrun_add")).status_code == 403
