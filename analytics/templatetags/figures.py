"""How figures read on the report."""

from datetime import date
from decimal import Decimal

from django import template
from django.conf import settings

from analytics.answers import Cell as AnswerCell
from analytics.home import said as words
from analytics.metrics import Metric
from analytics.queries import Cell, Pace, share_words
from ops import clock
from ops.numbers import count, number
from ops.templatetags.ops import day, spell

register = template.Library()


@register.simple_tag
def said(cell: Cell) -> str:
    return words(cell.value, cell.metric.unit)


@register.simple_tag
def told(cell: AnswerCell) -> str:
    """A figure of an answer."""
    if isinstance(cell.value, date):
        return day(cell.value)
    if cell.value is None or cell.unit == "text":
        return str(cell.value or "—")
    if isinstance(cell.value, Decimal) and cell.unit == "count":
        return number(cell.value)
    return words(cell.value, cell.unit)


@register.simple_tag
def land(metric: Metric, pace: Pace, month: date) -> str:
    """At this rate you land at Rs 1,240,000, 96 % of the target of Rs 1,300,000."""
    over = month.replace(day=1) < clock.today().replace(day=1)
    if metric.unit == "percent":
        so_far = f"{'the month ended at' if over else 'so far'} {words(pace.so_far, metric.unit)}"
        return f"{so_far}; the target is {words(pace.target, metric.unit)}." if pace.target else f"{so_far}."
    lands = _words(metric, pace.lands_at)
    end = f"the month ended at {lands}" if over else f"at this rate it lands at {lands}"
    return (
        f"{end}, {share_words(pace.share)} of the target of {_words(metric, pace.target)}." if pace.share else f"{end}."
    )


@register.filter
def share(value: Decimal) -> str:
    return share_words(value)


def _words(metric: Metric, value: object) -> str:
    if metric.unit == "money":
        return spell(value, settings.SHOP_CURRENCY, whole=True)
    return count(round(Decimal(str(value))))
