"""The kitchen sink: every part of the interface once, with sample content. A part stands here before a page uses it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ops import clock
from ops.access.page import page
from ops.forms import AmountField, DayInput


@dataclass(frozen=True)
class Sample:
    """A card of the sample board."""

    pk: int
    number: str
    customer: str
    what: str
    amount: Decimal
    due: date
    agent: str
    owed: Decimal = Decimal(0)
    rush: bool = False
    version: int = 1


@dataclass(frozen=True)
class Lane:
    """A lane of the sample board."""

    key: str
    label: str
    glyph: str
    cards: list[Sample] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((card.amount for card in self.cards), Decimal(0))


class SampleForm(forms.Form):
    """One field of each kind."""

    customer = forms.CharField(help_text="A name or a phone number; an unknown one is added.")
    phone = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
    stage = forms.ChoiceField(choices=[("received", "Received"), ("in_production", "In production")])
    promised = forms.DateField(widget=DayInput)
    amount = AmountField(min_value=0)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    rush = forms.BooleanField(required=False, label="Rush: goes before the others", help_text="The floor sees a bolt.")
    channel = forms.ChoiceField(
        choices=[("shop", "Shop"), ("whatsapp", "WhatsApp")], widget=forms.RadioSelect, required=False
    )


def sample_lanes(today: date) -> list[Lane]:
    """Five lanes with a few orders each, late, due today and to come."""
    who = ["Omar Aziz", "Hira Baig", "Sadia Noor", "Bilal Shah"]
    rows = [
        ("Ayesha Siddiqui", "Linen kurta, navy", "46.20", 1, "0"),
        ("Imran Yousaf", "12 × Denim jacket", "1114.63", -3, "1114.63"),
        ("Hira Khan", "2 × Linen kurta, navy", "102", 6, "51"),
        ("Nida Hassan", "2 × Leather tote, tan", "257.5", 0, "180"),
        ("Fatima Noor", "6 × Leather tote, tan with a long name that is cut", "676", -2, "338"),
    ]
    lanes = []
    for column, (key, label, glyph) in enumerate(STAGES):
        cards = [
            Sample(
                pk=column * 10 + row,
                number=f"OD-{4100 + column * 10 + row}",
                customer=customer,
                what=what,
                amount=Decimal(amount) * (column + 1),
                due=today + timedelta(days=days),
                agent=who[(row + column) % len(who)],
                owed=Decimal(owed),
                rush=row == 2,
            )
            for row, (customer, what, amount, days, owed) in enumerate(rows[: 5 - column % 3])
        ]
        lanes.append(Lane(key, label, glyph, cards if column != 3 else []))
    return lanes


STAGES = [
    ("received", "Received", "received"),
    ("in_production", "In production", "production"),
    ("ready_to_ship", "Ready to ship", "ready"),
    ("shipped", "Shipped", "dispatched"),
    ("delivered", "Delivered", "delivered"),
]
COLOURS = ["canvas", "surface", "sunken", "hover", "line", "line-2", "ink", "ink-2", "ink-3", "accent", "danger", "ok"]


def sample_context(now: datetime) -> dict[str, object]:
    """What the page shows; the tests render it without a server."""
    today = clock.business_day(now)
    bad = SampleForm({"customer": "", "stage": "received", "amount": "a lot"}, auto_id="bad_%s")
    return {
        "lanes": sample_lanes(today),
        "form": SampleForm(initial={"customer": "Ayesha Siddiqui", "stage": "in_production", "promised": today}),
        "bad_form": bad,
        "colours": COLOURS,
        "now": now,
        "earlier": now - timedelta(hours=3),
        "yesterday": now - timedelta(days=1),
        "conflict": [
            ("promised", "Promised", "4 Dec", "2 Dec"),
            ("note", "Note", "Call before delivery", "Leave it with the guard"),
        ],
        "groups": [
            ("Go to", [{"url": "/orders/", "icon": "square-kanban", "label": "Board", "kbd": "g b"}]),
            ("Orders", [{"url": "#", "glyph": "ready", "label": "OD-4122", "hint": "Nida Hassan", "end": "Rs 91"}]),
        ],
    }


@page(scopes={"staff"})
def kitchen(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/index.html", sample_context(clock.now()))
