"""Valkey is gone: people work on, sign-in stays limited, and what was due meanwhile is done when it is back - once."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from ops.dev.ground import wait_until
from ops.dev.valkey import ensure_valkey, stop_valkey
from tests.baddays.mail import Postbox
from tests.baddays.place import Browser, Shop, Web, version_in

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("baddays")]


def test_pages_sign_in_and_moves_do_without_it(shop: Shop, web: Web, manager: Browser) -> None:
    (order,) = shop.orders(1)
    stop_valkey(shop.data)

    for path in ("/orders/", "/orders/list/", f"/orders/{order}/", "/palette/?q=walnut", "/people/"):
        assert manager.get(path).status == 200
    version = version_in(manager.get(f"/orders/{order}/"))
    moved = manager.post(f"/orders/{order}/move/", htmx=True, stage="ready_to_ship", version=version)
    assert moved.status == 204
    newcomer = Browser(web.port)
    assert newcomer.sign_in("production").status == 302
    assert newcomer.get("/orders/").status == 200


def test_guessing_passwords_stays_limited_without_it(shop: Shop, web: Web) -> None:
    stop_valkey(shop.data)
    thief = Browser(web.port)

    tries = [thief.sign_in("finance", f"guess number {number}") for number in range(7)]

    assert {answer.status for answer in tries} <= {200, 422, 429}
    assert "do not belong together" in tries[0].text
    assert "Too many tries" in tries[-1].text
    assert thief.sign_in("finance").status != 302  # not even with the right one


def to_the_buyer(postbox: Postbox) -> list[EmailMessage]:
    mails = [message_from_bytes(mail, policy=policy.default) for mail in postbox.taken]
    return [mail for mail in mails if mail["To"] == "buyer@shop.example"]


def test_mail_that_is_due_meanwhile_is_sent_once_when_it_is_back(
    shop: Shop, manager: Browser, postbox: Postbox
) -> None:
    (order,) = shop.orders(1)
    worker, beat = shop.start_worker(EMAIL_URL=postbox.url), shop.start_beat()
    assert wait_until(shop.worker_listens, 30), shop.said("worker")

    stop_valkey(shop.data)
    manager.post(f"/orders/{order}/ready/")
    assert manager.post(f"/orders/{order}/ship/", tracking="TCS-9", carrier="TCS").status == 302
    assert wait_until(lambda: "Connection refused" in shop.said("beat"), 30), shop.said("beat")
    assert postbox.taken == []
    assert ensure_valkey(shop.data) == shop.valkey

    shop.do("update ops_outboxmail set next_try_at = now() where kind = 'order.shipped'")  # its minute is over
    assert wait_until(lambda: bool(to_the_buyer(postbox)), 30), shop.said("worker") + shop.said("beat")
    (sent,) = to_the_buyer(postbox)
    assert "is on its way" in sent["Subject"]
    assert (worker.poll(), beat.poll()) == (None, None)
    state = "select state, attempts from ops_outboxmail where kind = 'order.shipped'"
    assert wait_until(lambda: shop.ask(state) == [("sent", 1)], 5)
