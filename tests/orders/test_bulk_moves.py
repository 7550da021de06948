"""Moving many orders: only to where one of them can go, production with who makes it, and undone."""

import re

from orders.models import Order
from tests import make


def choices_for(client, *orders) -> dict[str, str]:
    html = client.post("/orders/bulk/", {"verb": "move", "ids": ",".join(str(o.pk) for o in orders)}).content.decode()
    return dict(re.findall(r'<option value="([^"]+)">([^<]+)</option>', html))


def test_only_stages_that_one_of_them_can_reach_are_offered(cast, client_of):
    client = client_of(cast.manager)
    received, made = make.order(cast.agent), make.order_in("in_production", cast.agent, cast.production)
    ready = make.order_in("ready_to_ship", cast.agent, cast.production)
    maker = f"in_production:{cast.production.pk}"

    assert set(choices_for(client, made)) == {"ready_to_ship"}
    assert maker in choices_for(client, received, made)
    assert "in_production" not in choices_for(client, received)  # nobody has it yet, so somebody is asked for
    assert choices_for(client, ready) == {}  # each parcel has a number of its own


def test_what_can_go_nowhere_says_so_and_has_no_button(cast, client_of):
    done = make.order_in("delivered", cast.agent, cast.production)

    html = client_of(cast.manager).post("/orders/bulk/", {"verb": "move", "ids": str(done.pk)}).content.decode()

    assert "as it stands now" in html
    assert 'name="choice"' not in html


def test_production_starts_with_who_is_chosen_and_is_undone_under_a_true_sentence(cast, client_of, as_person):
    client, order = client_of(cast.manager), make.order(cast.agent)
    choice = f"in_production:{cast.production.pk}"
    asked = {"verb": "move", "ids": str(order.pk), "choice": choice}

    done = client.post("/orders/bulk/", asked).content.decode()

    with as_person(cast.manager):
        order.refresh_from_db()
    assert (order.stage, order.assignee_id) == ("in_production", cast.production.pk)
    assert f"made by {cast.production.name}" in done
    assert "cannot be taken back" not in done

    tokens = re.search(r'name="tokens" value="([^"]+)"', done)[1]
    client.post("/orders/bulk/undo/", {"verb": "move", "tokens": tokens})
    with as_person(cast.manager):
        assert Order.objects.get(pk=order.pk).stage == "received"
