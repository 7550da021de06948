"""XML of a workbook as a stream of events, without anything that a file could use to do harm: no entities, no DTD."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, Any
from xml.parsers import expat

from ops.errors import Refused

_CHUNK = 1 << 16
_LONGEST_TAG = 8 << 20  # a tag is kept whole until it ends, and a cell has at most half of this
# What expat says of other encodings, and the handlers of numbers that are none.
_DAMAGED = (expat.ExpatError, LookupError, ValueError, OverflowError)
Attributes = dict[str, str]


def events(
    stream: IO[bytes], name: str, start: Callable[[str, Attributes], Any], end: Callable[[str], Any],
    text: Callable[[str], Any] | None = None,
) -> Iterator[None]:  # fmt: skip
    """Feed the stream to the handlers, yielding after each chunk so that the caller can hand on what it has.

    Raises Refused for what is no XML, is cut off, or declares entities.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = _refuse_doctype(name)
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        fed = 0
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                raise Refused(
                    f"{name} holds a single mark of more than {_LONGEST_TAG >> 20} MB. Save it again in Excel."
                )
            yield
        parser.Parse(b"", True)
        yield
    except _DAMAGED as error:
        raise Refused(f"{name} is damaged inside (it is cut off or was changed by hand); save it again.") from error
    finally:
        # The handlers hold the caller: without this the parser and it would wait for the collector.
        with suppress(AttributeError):
            parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None


def _refuse_doctype(name: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise Refused(f"{name} declares entities, as only files made to do harm do. Save it again in Excel.")

    return refuse


def drain(steps: Iterator[None]) -> None:
    """Run to the end for the handlers' sake."""
    for _ in steps:
        pass


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]
