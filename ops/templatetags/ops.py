"""The small shared parts of every page: icons, stage glyphs, people, money, days. A builtin: no load line needed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ops import clock, pages
from ops.editing import as_text
from ops.money import minor_unit, rounded
from ops.numbers import count, grouped
from ops.progress import kinds
from ops.shop.reading import shown

register = template.Library()

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EM DASH}"
# A sign stands before the number; letters keep a space that never breaks the line.
SIGNS = {"PKR": "Rs\N{NO-BREAK SPACE}", "USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥", "CNY": "CN¥"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def sprite() -> str:
    """The address of the icons: asked once, for a board draws it a thousand times."""
    return static("dist/icons.svg")


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """One Lucide icon. It is silent unless it gets a label."""
    heard = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    space = " " if css else ""
    return format_html('<svg class="i{}{}" {}><use href="{}#{}"/></svg>', space, css, heard, sprite(), name)


@register.simple_tag
def glyph(stage: object) -> SafeString:
    """The sign of a stage, by glyph name or by anything that has one; the word always stands beside it."""
    return _glyph(str(getattr(stage, "glyph", stage)))


@lru_cache(maxsize=256)
def _glyph(name: str) -> SafeString:
    return format_html('<svg class="glyph st-{}" aria-hidden="true"><use href="{}#g-{}"/></svg>', name, sprite(), name)


@register.simple_tag(takes_context=True)
def drawn(context: Context, template: str, **more: str) -> SafeString:
    """A part of the shell, see ops.pages.drawn: {% drawn "ui/nav.html" %}."""
    return pages.drawn(template, context.get("places") or [], context.get("at_place"), **more)


@register.filter
def person(user: object) -> str:
    """The name of somebody: their own, else what they sign in with; 'System' for nobody."""
    if user is None or user == "":
        return "System"
    if isinstance(user, Mapping):
        user = user.get("name") or user.get("username") or ""
    full = getattr(user, "get_full_name", None)
    return (full() if callable(full) else "") or str(user)


@register.filter
def took(time: timedelta | None) -> str:
    """How long something took, in the unit that people would say: 40 ms, 3.2 s, 12 min."""
    if time is None:
        return NONE
    seconds = time.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


@register.filter
def initials(user: object) -> str:
    """'Omar Aziz' is OA, 'omar@shop.pk' is O; never more than two letters."""
    words = [word for word in person(user).split("@")[0].replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    first = words[0][0]
    return (first if len(words) == 1 else first + words[-1][0]).upper()


@register.simple_tag
def avatar(user: object, css: str = "") -> SafeString:
    """Two letters in a disc, with the name as its title."""
    return _avatar(person(user), css)


@lru_cache(maxsize=4096)
def _avatar(name: str, css: str) -> SafeString:
    space = " " if css else ""
    return format_html('<span class="ava{}{}" title="{}">{}</span>', space, css, name, initials(name))


def spell(amount: object, currency: str = "", *, whole: bool = False, lakh: bool | None = None) -> str:
    """An amount as people read it: sign, grouped number, the currency's own decimals; a dash for no amount at all."""
    if amount is None or amount == "":
        return NONE
    try:
        value = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    except InvalidOperation:
        return NONE
    currency = currency or settings.SHOP_CURRENCY
    value = rounded(value, "JPY" if whole else currency)
    units, _, fraction = f"{abs(value):f}".partition(".")
    use_lakh = shown("money.lakh") if lakh is None else lakh
    signs = SIGNS if shown("money.sign") == "sign" else {}
    sign = signs.get(currency, f"{currency}\N{NO-BREAK SPACE}")
    number = grouped(units, lakh=use_lakh) + (f".{fraction}" if fraction else "")
    return f"{MINUS if value < 0 else ''}{sign}{number}"


@register.filter
def money(amount: object, currency: str = "") -> str:
    """With decimals, for a record's page and for tables: Rs 1,234.50."""
    return spell(amount, currency)


@register.filter(name="count")
def count_filter(number: object) -> str:
    """Grouped as the shop groups: 1,234,567 or 12,34,567."""
    return count(int(str(number))) if number not in (None, "") else ""


@register.filter
def money0(amount: object, currency: str = "") -> str:
    """Without decimals, for cards and sums: Rs 1,235."""
    return spell(amount, currency, whole=True)


@register.filter
def balance(amount: object, currency: str = "") -> str:
    """Like money, but nothing owed is a grey dash."""
    if amount is None or amount == "" or rounded(Decimal(str(amount)), currency or settings.SHOP_CURRENCY) == 0:
        return format_html('<span class="dim">{}</span>', NONE)
    return spell(amount, currency)


@register.simple_tag(name="money")
def money_tag(amount: object, currency: str = "", *, whole: bool = False, lakh: bool | None = None) -> str:
    """The tag form: {% money order.amount order.currency whole=True lakh=True %}."""
    return spell(amount, currency, whole=whole, lakh=lakh)


@register.filter
def money_step(currency: str) -> str:
    """The step of an amount field: 0.01 for PKR, 1 for JPY, 0.001 for KWD."""
    return f"{minor_unit(currency or settings.SHOP_CURRENCY):f}"


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(clock.zone()) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """'4 Dec'; with the year when it is not this one; a dash for no day."""
    if not value:
        return NONE
    local = _local(value)
    year = "" if local.year == clock.now().astimezone(clock.zone()).year else f" {local.year}"
    return f"{local.day} {_MONTHS[local.month - 1]}{year}"


@register.filter
def moment(value: datetime | None) -> str:
    """'4 Dec, 14:05' in the shop's zone."""
    if not value:
        return NONE
    return f"{day(value)}, {_local(value):%H:%M}"


@register.filter
def dated(value: date | datetime | None) -> str:
    """'4 Dec 2026': on paper, which is read in another year."""
    if not value:
        return NONE
    local = _local(value)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


@register.filter
def dated_moment(value: datetime | None) -> str:
    """'4 Dec 2026, 14:05', on paper."""
    return f"{dated(value)}, {_local(value):%H:%M}" if value else NONE


@register.filter
def exact(value: datetime | None) -> str:
    """A moment as an address carries it, to the microsecond and in UTC: 2026-11-12T09:03:22.123456Z."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if value else ""


@register.filter
def local(value: datetime | None) -> str:
    """A moment as the browser's own field holds it, in the shop's zone: the first full second that includes it."""
    if not value:
        return ""
    return f"{_local(value + timedelta(microseconds=-value.microsecond % 1_000_000)):%Y-%m-%dT%H:%M:%S}"


@register.filter
def second(value: datetime | None) -> str:
    """The exact time of day with its zone, for what may be disputed: 14:03:22.123 PKT."""
    return f"{_local(value):%H:%M:%S.%f}"[:-3] + f" {_local(value):%Z}" if value else NONE


@register.filter
def ago(value: datetime | None) -> str:
    """How long since, in the shortest true words: just now, 5 min ago, 3 h ago, yesterday, 4 days ago, 4 Dec."""
    if not value:
        return NONE
    now = clock.now()
    seconds = int((now - value).total_seconds())
    days = (now.astimezone(clock.zone()).date() - value.astimezone(clock.zone()).date()).days
    if seconds < 0:
        return moment(value)
    if seconds < 45:
        return "just now"
    if seconds < 3600:
        return f"{max(seconds // 60, 1)} min ago"
    if days < 1:
        return f"{seconds // 3600} h ago"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 7 else day(value)


@register.simple_tag
def when(value: datetime | None) -> SafeString:
    """A time element: 'ago' to read, the exact moment on hover and for machines."""
    if not value:
        return SafeString(NONE)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), moment(value), ago(value))


@register.filter
def due(value: date | None) -> SafeString:
    """A promised day, red once it has passed and amber on the day itself."""
    if not value:
        return SafeString(f'<span class="due dim">{NONE}</span>')
    today = clock.today()
    css = " late" if value < today else " today" if value == today else ""
    return SafeString(f'<span class="due{css}">{"Today" if value == today else day(value)}</span>')


@register.filter
def item(mapping: Mapping[object, object] | None, key: object) -> object:
    """A value of a mapping by a key that is itself a variable; empty when it has none."""
    return mapping.get(key, "") if mapping else ""


@register.filter
def plain(value: object) -> str:
    """A number without empty decimals: 2.000 is 2, 2.500 is 2.5."""
    return as_text(value) if isinstance(value, Decimal) else str(value)


@register.filter
def mail_kind(kind: str) -> str:
    """What a kind of mail is called."""
    from ops import outbox  # needs the models, which may ask for these tags

    return outbox.called(kind)


@register.filter
def work_kind(kind: str) -> str:
    """What a kind of long work is called."""
    return kinds.called(kind)


@register.filter
def pieces(value: Decimal) -> str:
    """'1 piece', '2.5 pieces'."""
    return f"{plain(value)} piece{'' if value == 1 else 's'}"


@register.filter
def was(value: object) -> str:
    """How a value stands in a form, to compare when it comes back (ops.editing)."""
    return as_text(value)
