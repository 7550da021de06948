"""One person's browser window: a page that remembers whatever went wrong in it."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

# Answers that are sentences for the person; Chromium calls them errors all the same.
REFUSALS = re.compile(r"Failed to load resource: the server responded with a status of (409|422) ")
# What Chromium says of a server that is being started again.
GONE = r"ERR_CONNECTION|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE"


@dataclass
class Window:
    """A tab. `wrong` is empty at the end of every test, but for what the test excused."""

    context: BrowserContext
    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    streamed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"page error: {error}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSALS.match(message.text):
            self.wrong.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        if request.url.endswith("/csp-report/"):
            self.wrong.append(f"content policy: {request.post_data}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.wrong.append(f"{response.status} for {response.url}")

    def excuse(self, pattern: str) -> None:
        """This test makes this happen on purpose."""
        self.excused.append(pattern)

    def complaints(self) -> list[str]:
        return [said for said in self.wrong if not any(re.search(pattern, said) for pattern in self.excused)]

    # --- going somewhere

    def open(self, path: str) -> "Window":
        self.page.goto(self.base + path)
        return self

    def live(self) -> "Window":
        expect(self.page.locator("#live-state")).to_have_attribute("data-state", "on")
        return self

    def board(self, query: str = "") -> "Window":
        return self.open(f"/orders/{query}").live()

    # --- what stands there

    def card(self, pk: int) -> Locator:
        return self.page.locator(f"#card-{pk}")

    def card_in(self, pk: int, stage: str) -> Locator:
        return self.page.locator(f"[data-lane-cards={stage}] > #card-{pk}")

    def lane(self, stage: str) -> Locator:
        return self.page.locator(f"[data-lane-cards={stage}]")

    @property
    def toast(self) -> Locator:
        return self.page.locator("#toasts .toast")

    # --- doing something

    def press(self, pk: int, key: str) -> None:
        self.card(pk).focus()
        self.page.keyboard.press(key)

    def drag(self, pk: int, stage: str) -> None:
        self.pick_up(pk, stage)
        self.page.mouse.up()

    def pick_up(self, pk: int, stage: str) -> None:
        """Hold a card over a lane, as a hand does: in steps, resting once above the target."""
        self.card(pk).scroll_into_view_if_needed()
        card, lane = self.card(pk).bounding_box(), self.lane(stage).bounding_box()
        assert card and lane
        mouse = self.page.mouse
        mouse.move(card["x"] + 60, card["y"] + 12)
        mouse.down()
        mouse.move(card["x"] + 70, card["y"] + 20, steps=3)
        mouse.move(lane["x"] + 80, lane["y"] + 60, steps=8)
        self.page.wait_for_timeout(80)
        mouse.move(lane["x"] + 82, lane["y"] + 62, steps=2)
        self.page.wait_for_timeout(80)


def sign_in(page: Page, base: str, email: str, password: str) -> None:
    """Through the real page; ends where this role's work is."""
    page.goto(f"{base}/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
