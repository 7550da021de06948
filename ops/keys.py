"""The keyboard, said once: the list behind "?" is made of this, and keys.js acts on that list (X1, X5).

A line shows, and acts, only on a page that has what it is for: the map is true for each page.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Key:
    """`press` are the keys as browsers name them, `shown` as people read them; `act` names what keys.js does.

    Lines without `act` are done where they belong: cards in board.js, forms in forms.js. `needs` is what a page must
    have, as a selector.
    """

    label: str
    shown: tuple[str, ...]
    press: tuple[str, ...] = ()
    act: str = ""
    needs: str = ""

    @property
    def presses(self) -> str:
        return " ".join(self.press)


_CARD, _ROW, _FORM = "[data-lane-cards] .card", ".grid tbody tr[id]", "main form .in"
KEYS = (
    Key("Search, jump or do", ("Ctrl K", "/"), ("/",), "palette"),
    Key("This list", ("?",), ("?",), "keys"),
    Key("Make a new one", ("n",), ("n",), "fresh", "[data-new]"),
    Key("Walk the board", ("← ↑ → ↓",), needs=_CARD),
    Key("Card one stage back, on", ("[", "]"), needs="[data-move] .card"),
    Key("Open the card", ("Enter",), needs=_CARD),
    Key("Next, last row", ("j", "k"), ("j", "k"), "walk", _ROW),
    Key("Pick the row", ("x",), ("x",), "pick", "[data-pick=row]"),
    Key("Before, after", ("←", "→"), ("ArrowLeft", "ArrowRight"), "turn", "a[rel=prev], a[rel=next]"),
    Key("Save, cancel", ("Ctrl Enter", "Esc"), needs=_FORM),
    Key("Undo the last move", ("z",), ("z",), "undo"),
    Key("Light or dark", ("⇧ D",), ("D",), "flip"),
)
