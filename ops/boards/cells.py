"""How a value looks in a cell of a table and in a cell of a file. Written for speed: 50 rows are 500 cells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from html import escape
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ops import clock, numbers
from ops.lifecycle import StageRow
from ops.templatetags import ops as tags

Row = dict[str, Any]
Plain = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True)
class Look:
    """What every cell of one page has in common: who looks, on which day, and where a row's own page is."""

    user_id: int
    scopes: frozenset[str]
    prefix: str = ""
    stages: Mapping[str, StageRow] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def now(self) -> datetime:
        """One moment for the whole page."""
        return clock.now()

    @cached_property
    def today(self) -> date:
        return clock.today()

    @cached_property
    def glyphs(self) -> dict[str, SafeString]:
        """Each stage as sign and word, drawn once a page."""
        return {key: stage_html(row.glyph, row.label) for key, row in self.stages.items()}

    @cached_property
    def rush(self) -> SafeString:
        return format_html('<span class="warnc" title="Rush">{}</span>', tags.icon("zap", "i-s", "Rush"))


def stage_html(glyph: str, label: str) -> SafeString:
    return format_html('<span class="stage">{} {}</span>', tags.glyph(glyph), label)


@dataclass(frozen=True)
class Kind:
    """`html` draws the cell of a table, `plain` is the same value for a file, `css` goes on the cell."""

    html: Callable[[Any, Row, Look], str]
    plain: Callable[[Any, Row, Look], Plain]
    css: str = ""


def same(value: Any, row: Row, look: Look) -> Plain:
    return value  # type: ignore[no-any-return]


def _text(value: Any, row: Row, look: Look) -> str:
    return escape(value) if value else ""


def _number(value: Any, row: Row, look: Look) -> str:
    return tags.NONE if value is None else numbers.number(Decimal(value))


def _money(value: Any, row: Row, look: Look) -> str:
    return escape(tags.spell(value))


def _day(value: Any, row: Row, look: Look) -> str:
    return escape(tags.day(value))


def _moment(value: Any, row: Row, look: Look) -> str:
    return escape(tags.moment(value))


def due_html(value: date | None, look: Look, *, over: bool, days: bool = False) -> SafeString:
    """A promised day; what is done is never late. With `days` it is said how late, where there is room for it."""
    if value is None:
        return SafeString('<span class="due dim">—</span>')
    if over or value > look.today:
        return SafeString(f'<span class="due">{tags.day(value)}</span>')
    if value == look.today:
        return SafeString('<span class="due today">Today</span>')
    late = f' <span class="tag bad">{(look.today - value).days} d late</span>' if days else ""
    return SafeString(f'<span class="due late">{tags.day(value)}</span>{late}')


def _due(value: Any, row: Row, look: Look) -> str:
    return due_html(value, look, over=False)


def _person(value: Any, row: Row, look: Look) -> str:
    if not value:
        return ""
    return format_html('<span class="stage mute">{} {}</span>', tags.avatar(value), value)


def _whole_moment(value: Any, row: Row, look: Look) -> Plain:
    return value.astimezone(clock.zone()).replace(tzinfo=None) if value else None


def _whole_day(value: Any, row: Row, look: Look) -> Plain:
    return clock.business_day(value) if isinstance(value, datetime) else value


TEXT = Kind(_text, same)
NUMBER = Kind(_number, same, "n")
MONEY = Kind(_money, same, "n")
DAY = Kind(_day, _whole_day, "num")
MOMENT = Kind(_moment, _whole_moment, "num")
DUE = Kind(_due, same, "num")
PERSON = Kind(_person, same)
