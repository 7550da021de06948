"""Who comes by during `make soak`: people signed in over HTTP, and screens that hear as browsers do."""

import contextlib
import http.client
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_CARD = re.compile(r'id="card-(\d+)" data-lane="(\w+)" data-sort="[^"]*" data-version="(\d+)" data-to="([^"]*)"')
Cards = dict[int, tuple[str, int, str]]


class _Stay(urllib.request.HTTPRedirectHandler):
    """Answers are looked at, not followed."""

    def redirect_request(self, *args: object) -> None:
        return None


@dataclass
class Answer:
    status: int
    text: str
    location: str = ""


class Person:
    """Somebody signed in, with cookies of their own."""

    def __init__(self, base: str, email: str, password: str) -> None:
        self.base, self.email, self.password = base, email, password
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _Stay)

    def ask(self, path: str, said: dict[str, str] | None = None, **headers: str) -> Answer:
        data = None
        if said is not None:
            data = urllib.parse.urlencode(said).encode()
            headers |= {"X-CSRFToken": self.cookie("csrftoken"), "Referer": self.base}
        request = urllib.request.Request(self.base.rstrip("/") + path, data, headers)  # noqa: S310  our own address
        try:
            with self.opener.open(request, timeout=20) as answer:
                return Answer(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(errors="replace"), error.headers.get("Location", ""))

    def cookie(self, name: str) -> str:
        return next((cookie.value or "" for cookie in self.jar if cookie.name == name), "")

    def sign_in(self) -> "Person":
        """Raises RuntimeError when the door stays shut."""
        page = self.ask("/accounts/login/").text
        token = _TOKEN.search(page)
        said = {"login": self.email, "password": self.password, "csrfmiddlewaretoken": token[1] if token else ""}
        answer = self.ask("/accounts/login/", said)
        if answer.status != 302:
            raise RuntimeError(f"{self.email} could not sign in: {answer.status}")
        return self

    def board(self) -> Cards | None:
        """The cards of the board as they are now; None while the shop does not answer or the person is signed out."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer = self.ask("/orders/", **{"Ops-Live": "1"})
            if answer.status == 200:
                return {int(pk): (lane, int(version), to) for pk, lane, version, to in _CARD.findall(answer.text)}
        return None


@dataclass
class Screen:
    """An open board: one stream; whatever it announces is asked for, and nothing else is ever looked at."""

    person: Person
    stop: threading.Event
    cards: Cards = field(default_factory=dict)
    heard: int = 0
    connected: int = 0
    ended: bool = False

    def __post_init__(self) -> None:
        self._stale = threading.Event()
        self.cards = self.person.board() or {}
        for work in (self._listen, self._redraw):
            threading.Thread(target=work, daemon=True).start()

    def _listen(self) -> None:
        host = urllib.parse.urlsplit(self.person.base).netloc
        while not self.stop.is_set() and not self.ended:
            stream = http.client.HTTPConnection(host, timeout=60)
            with contextlib.suppress(OSError, http.client.HTTPException):
                stream.request("GET", "/live/", headers={"Cookie": f"ops_live={self.person.cookie('ops_live')}"})
                answer = stream.getresponse()
                if answer.status == 401:
                    self._new_ticket()
                elif answer.status == 200:
                    self.connected += 1
                    self._stale.set()  # whatever happened while nobody listened
                    self._read(answer)
            stream.close()
            self.stop.wait(0.5)

    def _read(self, answer: http.client.HTTPResponse) -> None:
        name = ""
        while not self.stop.is_set() and (line := answer.readline().decode().rstrip("\n")) is not None:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                if name in {"order", "resync"}:
                    self.heard += len(json.loads(line.removeprefix("data: ") or "{}").get("ids", [])) or 1
                    self._stale.set()
                if name == "renew":
                    return
            elif not line and answer.isclosed():
                return

    def _new_ticket(self) -> None:
        answer = self.person.ask("/live/ticket/", {})
        self.ended = answer.status in {302, 401, 403}

    def _redraw(self) -> None:
        while not self.stop.is_set():
            if self._stale.wait(1):
                self._stale.clear()
                time.sleep(0.2)  # several changes at once are one look
                fresh = self.person.board()
                if fresh is None and not self.ended:
                    self._stale.set()
                elif fresh is not None:
                    self.cards = fresh
