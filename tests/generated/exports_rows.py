"""What the room of exports puts into the small world: a template of one's own, and one for everybody."""

from typing import Any


def write(made: Any) -> None:
    from ops.exports.models import Template

    for key, shared in (("agent", False), ("manager", True)):
        Template.objects.create(
            owner=made.people[key], board="orders", name="For the books", shared=shared, keys=["number", "stage"],
            heads=["Order", "State"],
        )  # fmt: skip
    Template.objects.update(says_origin=True)
