"""The frame of every page: ways on by scope, cookies, fields of forms, error pages, and the build of the assets."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from ops import pages, ui
from ops.access.roles import policybook
from ops.env import BASE_DIR
from ops.forms import AmountField, DayInput, Renderer
from ops.management.commands import assets


@dataclass
class Person:
    scopes: list[str] = field(default_factory=list)
    is_active: bool = True
    is_authenticated: bool = True
    email: str = "omar@shop.example"
    role_label: str = "Manager"
    pk: int = 1

    def get_full_name(self) -> str:
        return "Omar Aziz"


NOBODY = Person(is_authenticated=False)


def asked(path="/orders/", user=NOBODY, **cookies):
    request = RequestFactory().get(path)
    request.user, request.COOKIES = user, cookies
    return request


def in_role(key):
    return Person([scope for role in policybook().roles if role.key == key for scope in role.scopes])


def labels(user):
    return [place.label for place in pages.places_for(user)]


def test_every_place_has_an_address():
    assert [place.label for place in pages.PLACES if not place.url] == []


def test_the_floor_sees_the_board_and_makes_no_orders():
    assert labels(in_role("production")) == [
        "Home",
        "Board",
        "All orders",
        "Promises",
        "Stock",
        "People",
        "Notices",
        "Downloads",
    ]


def test_the_palette_lists_the_ways_on_with_their_keys():
    found = {entry.label: (entry.url, entry.kbd) for entry in pages.navigation(asked(user=in_role("manager")))}

    assert found["Board"] == (reverse("orders:board"), "g b")
    assert found["New order"] == (reverse("orders:order_new"), "n")
    assert found["Light or dark"] == ("#theme", "⇧ D")
    assert "System admin" not in found


def test_a_system_admin_sees_no_orders():
    assert {"Board", "All orders", "New order"}.isdisjoint(labels(in_role("system_admin")))


def test_whoever_is_not_signed_in_or_not_active_has_no_ways_on():
    assert labels(NOBODY) == []
    assert labels(Person(["orders_all"], is_active=False)) == []


def test_the_longest_address_is_the_current_place():
    places = pages.places_for(in_role("owner"))

    assert pages.current_place(reverse("orders:board") + "17/", places).label == "Board"
    assert pages.current_place(reverse("orders:order_list"), places).label == "All orders"
    assert pages.current_place("/elsewhere/", places) is None


def test_cookies_choose_theme_and_density_but_only_known_ones():
    assert pages.shell(asked(theme="dark", density="roomy"))["theme"] == "dark"
    assert pages.shell(asked(theme="dark", density="roomy"))["density"] == "roomy"
    assert pages.shell(asked(theme='"><script>', density="x"))["theme"] == "auto"
    assert pages.shell(asked(theme='"><script>', density="x"))["density"] == "compact"


def test_the_tab_bar_has_at_most_four_ways_on():
    bar = pages.drawn("ui/tabbar.html", pages.places_for(in_role("owner")), None)

    assert bar.count("<a href") == 4


def test_what_was_drawn_for_one_is_not_shown_to_another():
    """The shell is drawn once for each set of places, each current one and each language."""
    owner, maker = (pages.places_for(in_role(role)) for role in ("owner", "production"))
    here = pages.current_place(reverse("orders:board"), owner)
    drawn = {pages.drawn("ui/nav.html", owner, None), pages.drawn("ui/nav.html", maker, None)}
    drawn |= {pages.drawn("ui/nav.html", owner, here), pages.drawn("ui/looks.html", owner, here, theme="dark")}
    drawn |= {pages.drawn("ui/looks.html", owner, here, theme="light")}

    assert len(drawn) == 5
    assert reverse("audit:audit") not in pages.drawn("ui/nav.html", maker, None)
    assert pages.drawn("ui/nav.html", owner, here).count('aria-current="page"') == 1
    with translation.override("ur"):
        assert pages.drawn("ui/nav.html", owner, here) not in drawn


def test_no_key_leads_to_two_places():
    keys = [place.key for place in pages.PLACES if place.key]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", ["403.html", "404.html", "500.html"])
def test_error_pages_stand_in_the_frame_and_without_any_context(name):
    framed = render_to_string(name, {}, asked(user=in_role("manager")))
    bare = render_to_string(name)

    assert '<nav class="nav" aria-label="Main">' in framed
    assert framed.count("<h1") == bare.count("<h1") == 1
    assert '<nav class="nav"' not in bare


def test_a_broken_page_names_the_number_to_tell():
    assert "<code>4f2a</code>" in render_to_string("500.html", {"reference": "4f2a"}, asked())
    assert "<code>—</code>" in render_to_string("500.html")


def test_the_kitchen_sink_shows_every_part_without_inline_script_or_style():
    shown = render_to_string("ui/index.html", ui.sample_context(datetime(2026, 11, 21, tzinfo=UTC)), asked())

    assert shown.count("<h1") == 1
    assert "{%" not in shown
    assert "{{" not in shown
    assert " style=" not in shown
    assert "<style" not in shown
    assert " onclick=" not in shown


class Order(forms.Form):
    default_renderer = Renderer

    name = forms.CharField(help_text="As on the parcel.")
    note = forms.CharField(required=False)
    rush = forms.BooleanField(required=False)
    way = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)
    promised = forms.DateField(widget=DayInput)
    amount = AmountField(min_value=0)


def test_a_field_has_its_label_above_and_its_hint_below():
    shown = str(Order()["name"].as_field_group())

    assert '<label for="id_name">Name</label>' in shown
    assert 'class="in"' in shown
    assert 'aria-describedby="id_name_helptext"' in shown
    assert '<p class="hint" id="id_name_helptext">As on the parcel.</p>' in shown


def test_an_error_takes_the_place_of_the_hint():
    shown = str(Order({})["name"].as_field_group())

    assert 'aria-invalid="true"' in shown
    assert 'id="id_name_error"' in shown
    assert "This field is required." in shown
    assert "As on the parcel." not in shown


def test_only_what_may_be_left_out_is_marked():
    shown = str(Order())

    assert shown.count('<span class="opt">optional</span>') == 1
    assert '<input type="checkbox" name="rush" id="id_rush" class="check">' in shown
    assert '<input type="hidden" name="secret" id="id_secret">' in shown


def test_days_are_sent_as_the_browser_reads_them():
    assert 'value="2026-12-04"' in str(Order(initial={"promised": date(2026, 12, 4)})["promised"])


@pytest.mark.parametrize("typed", ["1,250.50", "1 250.50", "Rs 1250.50", "Rs. 1,250.5", "PKR 1250.50", "$1,250.5"])
def test_amounts_are_read_as_people_type_them(typed):
    assert AmountField().clean(typed) == Decimal("1250.50")


@pytest.mark.parametrize("typed", ["much", "12,50,x", "1.23456", "Rs", "-1", "−1"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        AmountField(min_value=0).clean(typed)


def test_icons_are_found_where_they_are_named(tmp_path):
    (tmp_path / "a.html").write_text(
        '{% icon "truck" %} {% include "x" with icon="inbox" %}{% icon item.icon|default:"box" "i-s" %}'
        '{% icon item.icon "i-s" %}{% icon sign "i-s" %}{% with sign="play" %}'
    )
    (tmp_path / "b.py").write_text('Place("Board", icon="list")\n{"icon": "moon"}\nicon = name')
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "c.html").write_text('{% icon "bug" %}')

    assert assets.named_icons(tmp_path) == {
        "box": "a.html", "inbox": "a.html", "list": "b.py", "moon": "b.py", "play": "a.html", "truck": "a.html",
    }  # fmt: skip


def test_another_icon_asks_for_another_build():
    files = [BASE_DIR / "package.json"]

    one = assets.fingerprint(iter(files), {"truck": "a.html"})

    assert assets.fingerprint(iter(files), {"truck": "elsewhere.html"}) == one
    assert assets.fingerprint(iter(files), {"truck": "a.html", "box": "a.html"}) != one


def test_the_lock_names_no_place_to_load_from():
    assert "resolved" not in Path(BASE_DIR / "package-lock.json").read_text()
