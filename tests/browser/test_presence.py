"""Two people on one order: each sees the other, sees them edit, and sees them gone (X7)."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

SOON, GONE = 8_000, 25_000  # a beat is 4 s, what says nothing is gone after 10 s


def test_two_people_see_each_other_come_edit_and_go(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order(cast.agent)
    agent = window_of("agent").open(f"/orders/{order.pk}/").live()
    manager = window_of("manager").open(f"/orders/{order.pk}/").live()
    by_agent, by_manager = agent.page.locator("[data-here]"), manager.page.locator("[data-here]")

    expect(by_agent).to_contain_text("Also here: Hamza Sheikh", timeout=SOON)
    expect(by_manager).to_contain_text("Also here: Omar Aziz", timeout=SOON)

    manager.page.goto(manager.page.url + "?do=edit")
    expect(by_agent).to_contain_text("Hamza Sheikh is editing", timeout=SOON)
    # Nobody is held up: the agent edits too, and both say so.
    agent.page.goto(agent.page.url + "?do=edit")
    expect(agent.page.locator("#asking [name=production_note], #asking .in").first).to_be_editable()
    expect(by_manager).to_contain_text("Omar Aziz is editing", timeout=SOON)

    # A window that goes to another page says so; one that is torn away falls silent.
    manager.page.goto(manager.base + "/people/")
    expect(by_agent).not_to_contain_text("Hamza Sheikh", timeout=GONE)
    again = window_of("manager").open(f"/orders/{order.pk}/")
    expect(by_agent).to_contain_text("Hamza Sheikh", timeout=SOON)
    again.page.close(run_before_unload=False)
    expect(by_agent).not_to_contain_text("Hamza Sheikh", timeout=GONE)
