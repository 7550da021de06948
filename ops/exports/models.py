"""How somebody wants the file of a list: which columns, what they are called, how days and numbers are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.text import slugify

from ops.db.history import records
from ops.exports.sheets import DAYS, Style
from ops.models import DatabaseNow

if TYPE_CHECKING:
    from ops.boards.ask import Ask
    from ops.boards.declare import Column

MOST_COLUMNS = 60


class Template(models.Model):
    """An export kept under a name, for its owner or for everybody (C21). Whoever uses it gets their own rows."""

    class Days(models.TextChoices):
        ISO = "iso", DAYS["iso"].example
        DMY = "dmy", DAYS["dmy"].example
        DOTS = "dots", DAYS["dots"].example
        MDY = "mdy", DAYS["mdy"].example

    class Decimals(models.TextChoices):
        POINT = ".", "1234.50"
        COMMA = ",", "1234,50"

    class Separator(models.TextChoices):
        COMMA = ",", "Comma"
        SEMICOLON = ";", "Semicolon"
        TAB = "\t", "Tab"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    board = models.CharField(max_length=40, help_text="The key of the list.")
    name = models.CharField(max_length=60)
    shared = models.BooleanField("everybody may use it", default=False)
    keys = ArrayField(models.CharField(max_length=40), help_text="The list's columns, in the order of the file.")
    heads = ArrayField(models.CharField(max_length=60), help_text="What each is called in the file.")
    days = models.CharField(max_length=4, choices=Days.choices, default=Days.ISO)
    decimal = models.CharField(max_length=1, choices=Decimals.choices, default=Decimals.POINT)
    separator = models.CharField(max_length=1, choices=Separator.choices, default=Separator.COMMA)
    says_origin = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)

    history = records()

    class Meta:
        ordering = ("board", "name", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("owner", "board", "name"), name="exports_template_name"),
            models.CheckConstraint(
                condition=Q(keys__len__gte=1, keys__len__lte=MOST_COLUMNS, heads__len=models.F("keys__len")),
                name="exports_template_columns",
            ),
            models.CheckConstraint(condition=Q(days__in=tuple(DAYS)), name="exports_template_days"),
            models.CheckConstraint(
                condition=Q(decimal__in=(".", ",")) & Q(separator__in=(",", ";", "\t")),
                name="exports_template_marks",
            ),
            models.CheckConstraint(
                condition=~Q(decimal=",", separator=","),  # a comma cannot do both
                name="exports_template_one_mark",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        return slugify(self.name) or "export"

    @property
    def style(self) -> Style:
        return Style(DAYS[self.days], self.decimal, self.separator, self.says_origin)

    def shown_to(self, ask: Ask) -> list[tuple[Column, str]]:
        """Its columns as far as this person's rights reach: what a role may not see is not read."""
        there = {column.key: column for column in ask.columns}
        return [(there[key], head) for key, head in zip(self.keys, self.heads, strict=True) if key in there]
