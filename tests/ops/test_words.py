"""The frame of every page can be said in another language, and read from the other side (X15).

A language that does not exist, in which every word is marked, is spoken while the pages are drawn: what comes out
unmarked was never given to gettext. What stands inside the frame (the rows, the forms) is not in this test yet.
"""

import re
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from ops import pages, palette
from ops.access.scopes import scopes_of

OPEN, SHUT = "⟦", "⟧"
VOICED = {"aria-label", "title", "placeholder", "alt"}
PEOPLE = ["admin", "agent", "production", "sysadmin"]


@pytest.fixture
def elsewhere(monkeypatch):
    """Every word that is given to gettext comes back between brackets."""
    translation.gettext("x")  # Django binds its functions at the first use
    pages._draw.cache_clear()

    def said(message):
        return f"{OPEN}{message}{SHUT}"

    def counted(one, many, number):
        return said(one if number == 1 else many)

    monkeypatch.setattr(translation._trans, "gettext", said)
    monkeypatch.setattr(translation._trans, "ngettext", counted)
    monkeypatch.setattr(translation._trans, "pgettext", lambda context, message: said(message))
    yield
    pages._draw.cache_clear()  # what was drawn between brackets is nobody else's


class Words(HTMLParser):
    """Everything that a person reads or hears, but for the keys on a keyboard and the signs of a tag."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in {"kbd", "script", "style", "title"}:
            self._silent.append(tag)
        self.found += [value for name, value in attrs if name in VOICED and value]

    def handle_endtag(self, tag):
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.found.append(data.strip())


def bare(html: str, known: set[str]) -> list[str]:
    """What is read and was not marked: letters outside the brackets that are nobody's name."""
    words = Words()
    words.feed(html)
    left = []
    for said in words.found:
        rest = re.sub(rf"{OPEN}[^{SHUT}]*{SHUT}", "", said)
        for name in sorted(known, key=len, reverse=True):
            rest = rest.replace(name, "")
        if re.search(r"[^\W\d_]{2,}", rest):
            left.append(said)
    return left


def asked(user):
    request = RequestFactory().get("/people/")
    request.user = user
    return request


@pytest.mark.parametrize("person", PEOPLE)
def test_the_frame_has_no_word_that_was_not_marked(cast, elsewhere, as_person, person):
    user = getattr(cast, person)
    with as_person(user):
        html = render_to_string("base.html", {"user": user}, asked(user))

    names = {user.name, user.email, user.role.label, "Opsdeck", "Ctrl", "".join(word[0] for word in user.name.split())}

    assert bare(html, names) == []
    assert html.count(OPEN) > 40


@pytest.mark.parametrize("person", PEOPLE)
def test_the_palette_has_no_word_that_was_not_marked(cast, elsewhere, as_person, person):
    user = getattr(cast, person)
    with as_person(user):
        groups = palette.matches(asked(user), "", here="/people/", recent=["/orders/", "/people/"])
        html = render_to_string("ui/palette.html", {"groups": groups, "q": ""}, asked(user))
        nothing = render_to_string("ui/palette.html", {"groups": [], "q": "zzz"}, asked(user))

    assert "staff" in scopes_of(user)
    assert bare(html, set()) == []
    assert bare(nothing, {"zzz"}) == []


def test_who_else_is_here_is_said_in_the_readers_language(elsewhere):
    html = render_to_string("ui/here.html", {"edit": ["Omar Aziz"], "look": ["Sana Noor"], "more": 2})

    assert bare(html, {"Omar Aziz", "Sana Noor", "OA", "SN"}) == []


def test_a_word_that_is_not_marked_is_noticed():
    assert bare("<p>Hello <b>⟦World⟧</b></p>", set()) == ["Hello"]
    assert bare('<a aria-label="Close">⟦x⟧</a>', set()) == ["Close"]
    assert bare("<p>⟦Hello⟧ Omar 17</p>", {"Omar"}) == []


def test_the_page_turns_round_with_the_language(cast, client_of, settings):
    settings.LANGUAGES = [("en-gb", "British English"), ("ur", "اردو")]
    client = client_of(cast.agent)

    plain = client.get("/people/", headers={"Accept-Language": "de"}).content.decode()
    turned = client.get("/people/", headers={"Accept-Language": "ur"}).content.decode()

    assert '<html lang="en-gb" dir="ltr"' in plain
    assert '<html lang="ur" dir="rtl"' in turned
