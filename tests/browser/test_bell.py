"""The bell: it rings by itself in every window of its person, and falls silent in all when one has read."""

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import expect

from ops.db.actor import acting_as, for_user
from ops.notices import actions as notices
from orders import actions
from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

SOON = 5_000


def test_the_bell_rings_in_both_windows_and_reading_in_one_quiets_the_other(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    for person in (cast.agent, cast.other_agent):  # what other tests have told them
        with transaction.atomic(), acting_as(for_user(person)):
            notices.read(person)
    one, other = window_of("agent").open("/notices/").live(), window_of("agent").board()
    stranger = window_of("other_agent").board()
    one.page.evaluate("() => { window.here = true; }")

    with transaction.atomic(), acting_as(for_user(cast.production)):
        actions.mark_ready(order, by=cast.production)

    for window in (one, other):
        expect(window.page.locator(".bell b")).to_have_text("1", timeout=SOON)
    told = one.page.locator("ul.told > li").filter(has_text=order.number)
    expect(told.get_by_text("Bilal Shah marked it ready to ship")).to_be_visible(timeout=SOON)
    expect(stranger.page.locator(".bell b")).to_have_count(0)
    assert order.number not in stranger.page.content()

    one.page.get_by_role("button", name=f"Mark {order.number} as read").click()

    expect(other.page.locator(".bell b")).to_have_count(0, timeout=SOON)
    expect(one.page.locator(".bell b")).to_have_count(0)


def test_the_button_says_who_will_be_told_and_follows_who_is_chosen(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order(cast.agent, email="sadia@c.example")
    window = window_of("manager").open(f"/orders/{order.pk}/?do=start").live()

    expect(window.page.locator(".will-be-told")).to_have_text("Whoever you choose will be told.", timeout=SOON)
    window.page.locator("#asking select").select_option(label="Bilal Shah")

    expect(window.page.locator(".will-be-told")).to_have_text("Will be told: Bilal Shah (in the app).", timeout=SOON)


def test_who_will_be_told_stays_through_a_live_refresh_and_is_fresh_after_it(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    page = window_of("manager").open(f"/orders/{order.pk}/").live().page
    told = page.locator(".will-be-told")
    expect(told).to_contain_text(f"Will be told: {cast.agent.name} (", timeout=SOON)
    page.evaluate("""() => {
      window.fell = 0;
      new MutationObserver(() => { window.fell += document.querySelectorAll("a.will-be-told").length; })
        .observe(document.querySelector("main"), { childList: true, subtree: true });
    }""")

    with transaction.atomic(), acting_as(for_user(cast.manager)):
        actions.assign_agent(order, by=cast.manager, agent=cast.other_agent)

    expect(told).to_contain_text(f"Will be told: {cast.other_agent.name} (", timeout=SOON)
    assert page.evaluate("() => window.fell") == 0
