"""Rules and kinds as people read them."""

from dataclasses import dataclass

from ops import events
from ops.lifecycle import life
from ops.notices.models import Rule


@dataclass(frozen=True)
class Words:
    """‘When an order gets to Shipped’, ‘its agent’, ‘in the app’."""

    when: str
    who: str
    how: str


def in_words(rule: Rule) -> Words:
    who = f"everybody who is {rule.role.label}" if rule.role_id and rule.role else rule.get_to_display()
    return Words(when_in_words(rule.noun, rule.on, rule.key), who, rule.get_channel_display())


def when_in_words(noun: str, on: str, key: str) -> str:
    if on == Rule.On.STAGE:
        label = next((stage.label for stage in life(noun).stages if stage.key == key), key)
        return f"An {noun} gets to {label}" if noun[:1] in "aeiou" else f"A {noun} gets to {label}"
    return f"Somebody {kind_in_words(key)}"


def kind_in_words(kind: str) -> str:
    """The sentence of a kind without what only one case of it says."""
    known = events.every_kind().get(kind)
    if known is None:
        return kind.partition(".")[2].replace("_", " ") or kind
    head = known.sentence.partition("{")[0].rstrip(" :,")
    return f"{head} somebody" if head.endswith(" to") else head.removesuffix(" with") or known.sentence
