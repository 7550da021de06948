"""The story of a customer says of each mail what the order's own page says: what went, what waits, what was kept."""

import re
from html import unescape

import pytest

from orders import actions as orders
from orders.letters.queries import mails_of
from orders.models import Order
from tests.letters.post import MAIL, send, write
from tests.notices.walk import act, as_owner, move, walk

pytestmark = pytest.mark.django_db(transaction=True)


def told(client, order: Order) -> list[str]:
    """The mails of the story, in the order of the alphabet: the mailer of these tests lives a minute ahead."""
    page = client.get(f"/customers/{order.customer_id}/?kind=mails").content.decode()
    log = page[page.index('<ol class="log"') :].partition("</ol>")[0]
    said = re.findall(r"(?:is about to write|could not write|did not write|wrote) to them[^<]*", unescape(log))
    return sorted(one.strip() for one in said)


def test_a_walk_to_the_end_is_three_mails(cast, client_of):
    order = walk("shipped", cast.agent, cast.production, email=MAIL)
    write()
    send()
    with act(cast.agent):
        move(order, cast.agent, "delivered")
    write()

    waiting = told(client_of(cast.agent), order)
    send()

    sent = ["wrote to them: it is on its way", "wrote to them: it was received"]
    assert waiting == ["is about to write to them: it was delivered", *sent]
    assert told(client_of(cast.agent), order) == [sent[0], "wrote to them: it was delivered", sent[1]]


def test_a_mail_that_was_kept_from_going_is_not_told_as_sent_and_the_received_letter_stays(cast, client_of):
    order = walk("shipped", cast.agent, cast.production, email=MAIL)
    write()
    with act(cast.agent):
        orders.undo_move(Order.objects.get(pk=order.pk), by=cast.agent)
    send()
    client = client_of(cast.manager)

    before = told(client, order)
    with act(cast.agent):
        orders.ship_order(Order.objects.get(pk=order.pk), by=cast.agent, tracking="TCS-1")
    send()

    kept, received = "did not write to them after all: it is on its way", "wrote to them: it was received"
    assert before == [kept, received]
    assert told(client, order) == [kept, "wrote to them: it is on its way", received]


def test_a_correction_and_a_failed_mail_are_told(cast, client_of):
    order = walk("shipped", cast.agent, cast.production, email=MAIL)
    send()
    with act(cast.agent):
        orders.undo_move(Order.objects.get(pk=order.pk), by=cast.agent)
    as_owner("update ops_outboxmail set state = 'failed' where kind = 'order.not_shipped'")

    failed = told(client_of(cast.agent), order)
    as_owner("update ops_outboxmail set state = 'waiting' where kind = 'order.not_shipped'")
    send()

    assert failed == ["could not write to them: correction: it has not left yet", "wrote to them: it is on its way"]
    assert told(client_of(cast.agent), order) == [
        "wrote to them: correction: it has not left yet", "wrote to them: it is on its way",
    ]  # fmt: skip


def test_the_story_has_as_many_as_the_orders_together_and_none_of_orders_of_others(cast, client_of):
    mine = walk("shipped", cast.agent, cast.production, email=MAIL)
    write()
    theirs = walk("delivered", cast.manager, cast.production, email=MAIL)
    write()
    send()
    assert mine.customer_id == theirs.customer_id

    with act(cast.manager):
        counted = len(mails_of(mine)), len(mails_of(theirs))

    assert counted == (2, 3)
    assert len(told(client_of(cast.manager), mine)) == 5
    assert len(told(client_of(cast.agent), mine)) == 2
