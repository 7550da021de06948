"""The words of an XLSX, which its cells name by number: kept as one run of bytes, since there may be millions."""

import re
from array import array
from functools import lru_cache
from typing import IO

from ops.errors import Refused
from ops.imports.tables.xml_parts import Attributes, drain, events, local

MOST_BYTES = 160 << 20
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Letters that XML cannot hold stand as _x000D_; half a letter, which no database takes, becomes a mark."""
    if "_x" not in text:
        return text
    said = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\0", "")
    return said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class SharedStrings:
    """By number; memory is the bytes of the words and eight for each."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])
        self.word = lru_cache(maxsize=20_000)(self._word)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, text: str, name: str) -> None:
        self._bytes += unescaped(text).encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))
        if len(self._bytes) + 8 * len(self._ends) > MOST_BYTES:
            raise Refused(
                f"{name} holds more than {MOST_BYTES >> 20} MB of words; save the sheet as CSV and load that."
            )

    def _word(self, number: int) -> str:
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")


def read_strings(stream: IO[bytes], name: str) -> SharedStrings:
    """All of sharedStrings.xml. Runs of one word are joined, and how a word is spoken (phonetic runs) is left out."""
    strings = SharedStrings()
    parts: list[str] = []
    state = {"in_text": False, "spoken": 0, "letters": 0}

    def start(tag: str, _: Attributes) -> None:
        tag = local(tag)
        if tag == "si":
            parts.clear()
            state["letters"] = 0
        elif tag == "rPh":
            state["spoken"] += 1
        elif tag == "t":
            state["in_text"] = not state["spoken"]

    def end(tag: str) -> None:
        tag = local(tag)
        if tag == "si":
            strings.add("".join(parts), name)
        elif tag == "rPh":
            state["spoken"] -= 1
        elif tag == "t":
            state["in_text"] = False

    def text(letters: str) -> None:
        if state["in_text"]:
            state["letters"] += len(letters)
            if state["letters"] > 4 << 20:
                raise Refused(f"{name}: one cell holds more than 4 MB of letters. Leave it out and load the rest.")
            parts.append(letters)

    drain(events(stream, name, start, end, text))
    return strings
