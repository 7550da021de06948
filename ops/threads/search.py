"""Messages in the palette: by their words, under the reader's own rights."""

from collections import defaultdict
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.urls import reverse

from ops.notices import subjects
from ops.palette import Item, declare_source
from ops.threads.models import Message

_MOST = 6
_SHOWN = 90
_LONGEST = 200


def messages_found(user: Any, words: str, most: int) -> list[Message]:
    """Newest first. Ids come by index, as the owner; the rows still pass the reader's policies (D10)."""
    asked = words.replace("\x00", "")[:_LONGEST]
    with connection.cursor() as cursor:
        cursor.execute("select ops.search_messages(%s, %s)", [asked, most])
        ids = cursor.fetchone()[0]
    return list(Message.objects.visible_to(user).filter(pk__in=ids, removed_at=None).order_by("-pk")) if ids else []


def messages_for_palette(request: HttpRequest, query: str) -> list[Item]:
    rows = messages_found(request.user, query, _MOST)
    about: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        about[row.noun].add(row.subject_id)
    known = {noun: subjects.read(request.user, noun, ids) for noun, ids in about.items()}
    items = []
    for row in rows:
        subject = known[row.noun].get(row.subject_id)
        flat = " ".join(row.text.split())
        label = flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"
        items.append(Item(reverse("threads:show", args=[row.pk]), label, hint=subject.title if subject else "",
                          icon="message-square"))  # fmt: skip
    return items


declare_source("Messages", {"staff"}, messages_for_palette)
