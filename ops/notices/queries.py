"""How notices read: their words come from what happened, under the reader's rights of this moment."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import connection, models
from django.urls import reverse

from ops import clock, events
from ops.lifecycle import life
from ops.models import Event, Transition
from ops.notices import subjects
from ops.notices.models import Notice

if TYPE_CHECKING:
    from accounts.models import User

_GONE = "Something you no longer see"


@dataclass(frozen=True)
class Line:
    """One notice in words. `title` and `url` are empty words and none when the row is no longer the reader's to see.

    `gone`: the words it quotes were removed since.
    """

    pk: int
    noun: str
    subject_id: int | None
    title: str
    hint: str
    url: str
    by: str
    text: str
    icon: str
    at: datetime
    unread: bool
    topic: str
    rows: int = 1
    watched: bool = False
    gone: bool = False


@dataclass
class Group:
    """What one day brought of one row."""

    title: str
    hint: str
    url: str
    lines: list[Line] = field(default_factory=list)

    @property
    def unread(self) -> bool:
        return any(line.unread for line in self.lines)


def shown(user: "User", notices: Iterable[Notice]) -> list[Line]:
    rows = list(notices)
    names = dict(get_user_model()._default_manager.values_list("pk", "name"))
    about: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.subject_id is not None:
            about[row.noun].add(row.subject_id)
    known = {noun: subjects.read(user, noun, ids) for noun, ids in about.items()}
    words = _words({row for row in rows if row.topic == "rule" and row.subject_id is not None})
    said = _quoted(user, rows)
    return [_line(row, known.get(row.noun, {}), words, names, said) for row in rows]


def _quoted(user: "User", rows: Iterable[Notice]) -> dict[tuple[str, int], str]:
    """(kind, id) → the words that stand there now."""
    asked: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        quote = subjects.quote_of(row.kind)
        if quote and quote.key in row.data:
            asked[row.kind].add(row.data[quote.key])
    found: dict[tuple[str, int], str] = {}
    for kind, ids in asked.items():
        quote = subjects.quote_of(kind)
        found |= {(kind, pk): words for pk, words in quote.read(user, ids).items()} if quote else {}
    return found


def _line(
    row: Notice, known: Mapping[int, subjects.Subject], words: Mapping[tuple[str, int, int], tuple[str, str]],
    names: Mapping[int, str], said: Mapping[tuple[str, int], str],
) -> Line:  # fmt: skip
    topic = f"rule:{row.rule_id}" if row.topic == "rule" else f"kind:{row.kind}"
    subject = known.get(row.subject_id) if row.subject_id is not None else None
    by = names.get(row.by_id or 0, "Opsdeck")
    title, hint, url = (subject.title, subject.hint, subject.url) if subject else (_GONE, "", "")
    icon, quote, gone = "bell", subjects.quote_of(row.kind), False
    if row.subject_id is None and row.topic == "rule":
        noun = subjects.noun(row.noun)
        title, text, url = f"{row.rows} {noun.plural if noun else row.noun}", _bulk(row), ""
    elif row.topic == "rule":
        text, icon = words.get((row.noun, row.subject_id or 0, row.txid), ("changed it", "bell"))
        text = text if subject else "changed it"
    else:
        quoted = said.get((row.kind, row.data.get(quote.key, 0))) if quote else None
        gone = quote is not None and quoted is None
        text = events.sentence(row.kind, row.data | ({"text": quoted} if quoted else {}))
        text = quote.gone if quote and gone else text
        icon = events.icon_of(row.kind)
        if row.subject_id is None:
            title, url = str(row.data.get("title", "The shop")), str(row.data.get("url", ""))
        elif subject is None:
            text = "told you something"
    watched = row.topic == "rule" and row.rule_id is None
    return Line(row.pk, row.noun, row.subject_id, title, hint, url, by, text, icon, row.at, row.read_at is None, topic,
                row.rows, watched, gone)  # fmt: skip


def _bulk(row: Notice) -> str:
    on, _, key = row.kind.partition(":")
    if on == "stage":
        label = next((stage.label for stage in life(row.noun).stages if stage.key == key), key)
        return f"loaded them as {label.lower()}" if row.data.get("source") == "import" else f"moved them to {label}"
    return events.sentence(key, {})


def _words(rows: Collection[Notice]) -> dict[tuple[str, int, int], tuple[str, str]]:
    """(noun, row, transaction) → what happened and its sign: what the verb meant, else the move itself."""
    found: dict[tuple[str, int, int], tuple[str, str]] = {}
    if not rows:
        return found
    same = models.Q(subject_id__in={row.subject_id for row in rows}, txid__in={row.txid for row in rows})
    moves = Transition.objects.filter(same).values_list("noun", "subject_id", "txid", "from_stage", "to_stage", "undo")
    for noun, pk, txid, _from, to, undo in moves.order_by("pk"):
        label = next((stage.label for stage in life(noun).stages if stage.key == to), to)
        found[noun, pk, txid] = (f"moved it back to {label}" if undo else f"moved it to {label}", "arrow-right")
    told: dict[tuple[str, int, int], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for noun, pk, txid, kind, data in (
        Event.objects.filter(same).order_by("pk").values_list("noun", "subject_id", "txid", "kind", "data")
    ):
        told[noun, pk, txid].append((kind, data))
    for key, happened in told.items():
        found[key] = ("; ".join(events.sentence(kind, data) for kind, data in happened), events.icon_of(happened[0][0]))
    return found


def by_day(lines: Iterable[Line]) -> list[tuple[date, list[Group]]]:
    """Newest day first, each row of the shop once a day with all that happened to it."""
    days: dict[date, dict[tuple[str, object], Group]] = {}
    for line in lines:
        groups = days.setdefault(clock.business_day(line.at), {})
        key = (line.noun, line.subject_id if line.subject_id is not None else f"one {line.pk}")
        groups.setdefault(key, Group(line.title, line.hint, line.url)).lines.append(line)
    return [(day, list(groups.values())) for day, groups in days.items()]


def unread(user: "User", most: int = 100) -> int:
    """How many wait, counted no further than `most`."""
    return len(Notice.objects.visible_to(user).unread().order_by().values_list("pk", flat=True)[:most])


@dataclass(frozen=True)
class Told:
    """Somebody who would be told: a colleague by name, or the customer."""

    name: str
    how: str
    customer: bool = False


def would_be_told(subject: models.Model, kinds: Collection[str], **assume: Any) -> list[Told]:
    """Who hears of it if this happens now: the answer of the very functions that will tell (A8)."""
    import json

    with connection.cursor() as cursor:
        cursor.execute(
            "select t.person_id, t.in_app, t.mail, u.name from ops.would_be_told(%s, %s, %s, %s::jsonb) t"
            " left join accounts_user u on u.id = t.person_id order by t.person_id is null, u.name",
            [events.noun_of(subject), subject.pk, list(kinds), json.dumps(assume)],
        )
        rows = cursor.fetchall()
    return [Told(name or "the customer", _how(in_app, mail), pk is None) for pk, in_app, mail, name in rows]


def _how(in_app: bool, mail: bool) -> str:
    return "in the app and by e-mail" if in_app and mail else "by e-mail" if mail else "in the app"


def centre(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [{"day": day, "groups": groups} for day, groups in by_day(lines)]


def address() -> str:
    return reverse("notices:notice_list")
