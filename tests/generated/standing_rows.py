"""What the room of standing views puts into the small world: starts of people and of a role, mailings."""

from typing import Any


def write(made: Any) -> None:
    from ops.models import SavedView
    from ops.standing.models import Mailing, Start

    for key in ("agent", "other_agent"):
        person = made.people[key]
        Start.objects.create(person=person, board="orders:board", query="mine=1", name="Mine")
        view = SavedView.objects.filter(owner=person).order_by("pk").first()
        Mailing.objects.create(person=person, view=view, name=view.name, often="daily")
    for role in ("production", "sales_agent"):
        Start.objects.create(role_id=role, board="orders:board", query="rush=1", name="Rush")
    Start.objects.update(name="First")
