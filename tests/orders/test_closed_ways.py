"""Ways round that a careful reader found: each stays closed."""

import pytest
from django.core.cache import cache
from django.db import connection

from ops import outbox
from ops.db.actor import acting_as, mailer
from ops.errors import Refused
from ops.models import OutboxMail
from orders import actions, editing
from orders.boards import _assign, _assign_back
from orders.emails import status_link
from orders.models import Order
from tests import make


@pytest.mark.parametrize("verb", ["ready", "undo"])
def test_a_verb_does_not_act_on_head_which_carries_no_token(cast, client_of, as_person, verb):
    order = make.order_in("in_production", cast.agent, cast.production)

    assert client_of(cast.production).head(f"/orders/{order.pk}/{verb}/").status_code == 405

    with as_person(cast.agent):
        assert Order.objects.get(pk=order.pk).stage == "in_production"


def test_an_address_that_no_server_could_take_fails_alone(cast, as_person, settings):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                                    "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 1}}}  # fmt: skip
    with as_person(cast.agent), connection.cursor() as cursor:
        cursor.execute("select ops.queue_mail('k', 'test', 'not an address', 's', 't', '')")

    with acting_as(mailer()):
        outbox.send_waiting()
        assert OutboxMail.objects.get().state in {"failed", "waiting"}
        assert OutboxMail.objects.get().attempts == 1


def test_the_search_tells_an_agent_nothing_of_others(cast, as_person):
    mine, theirs = make.order(cast.agent), make.order(cast.other_agent)

    with as_person(cast.agent), connection.cursor() as cursor:
        cursor.execute("select ops.search_orders('SO-', 1000) || ops.search_orders('Walnut', 1000)")
        assert set(cursor.fetchone()[0]) == {mine.pk}
    assert theirs.pk


def test_a_customers_link_works_when_nobody_has_used_the_shop_for_a_while(cast, client, as_person):
    order = make.order_in("shipped", cast.agent, cast.production)
    with as_person(cast.agent):
        token = status_link(order)
    cache.clear()

    assert client.get(f"/o/{token}/").status_code == 200


def test_what_a_move_needed_stays_after_it(cast, as_person):
    order = make.order_in("shipped", cast.agent, cast.production)

    with as_person(cast.agent), pytest.raises(Exception, match="its tracking number stays"):
        editing.edit_order(order, by=cast.agent, values={"tracking_number": ""}, was={"tracking_number": "TCS-1"})


def test_handing_back_does_not_undo_what_somebody_did_since(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.manager):
        token = _assign(order, cast.manager, str(cast.other_agent.pk))
        actions.assign_agent(order, by=cast.manager, agent=cast.manager)
        with pytest.raises(Refused, match="Somebody changed"):
            _assign_back(order, cast.manager, token)
        with pytest.raises(Refused, match="is not known"):
            _assign_back(order, cast.manager, "999999.1")


@pytest.mark.parametrize("query", ["show=0000001009999999999999", "page=0000000019999999999999999999"])
def test_a_page_of_everything_is_refused(cast, client_of, query):
    assert client_of(cast.manager).get(f"/orders/list/?{query}").status_code == 404


def test_a_version_that_only_looks_like_a_number_is_no_fault_of_ours(cast, client_of):
    order = make.order_in("in_production", cast.agent, cast.production)

    assert client_of(cast.production).post(f"/orders/{order.pk}/ready/", {"version": "²"}).status_code == 302
