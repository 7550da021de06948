"""One open screen: a short queue and the loop that empties it into the response."""

import asyncio
from collections.abc import Awaitable, Callable

from ops.live.notes import Note, event, together
from ops.live.tickets import Ticket

QUEUE = 64
RETRY = b"retry: 2000\n"
BEAT = b": beat\n\n"
RESYNC = event("resync", {})


class Stream:
    """The hub fills it without waiting; a screen too slow for its queue is told once to ask again for everything."""

    __slots__ = ("_beat", "_end", "_notes", "_resync", "_wake", "number", "ticket")

    def __init__(self, ticket: Ticket, number: int) -> None:
        self.ticket = ticket
        self.number = number
        self._notes: list[Note] = []
        self._resync = False
        self._beat = False
        self._end: bytes | None = None
        self._wake: asyncio.Future[None] | None = None

    def tell(self, note: Note) -> None:
        if self._resync or self._end is not None:
            return
        if len(self._notes) >= QUEUE:
            self.resync()
            return
        self._notes.append(note)
        self._rouse()

    def resync(self) -> None:
        if self._end is None:
            self._notes.clear()
            self._resync = True
            self._rouse()

    def beat(self) -> None:
        self._beat = True
        self._rouse()

    def end(self, why: str) -> None:
        """Close after one last word: `rights`, `expired`, `gap`, `tabs`, `stop`, or `gone`, which has no listener."""
        if self._end is None:
            # What waits was filtered by rights that may no longer hold.
            self._notes.clear()
            self._end = b"" if why == "gone" else event("renew", {"why": why})
            self._rouse()

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def pour(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Send what comes until the stream is ended."""
        loop = asyncio.get_running_loop()
        while True:
            if not (self._notes or self._resync or self._beat or self._end is not None):
                self._wake = loop.create_future()
                await self._wake
                self._wake = None
            ending = self._end is not None
            if chunk := self._take():
                await send(chunk)
            if ending:
                return

    def _take(self) -> bytes:
        notes, resync, beat, last = self._notes, self._resync, self._beat, self._end
        self._notes, self._resync, self._beat = [], False, False
        if last is not None:
            return RESYNC + last if resync and last else last
        if resync:
            return RESYNC
        if len(notes) == 1:
            return notes[0].frame
        if notes:
            return together(notes)
        return BEAT if beat else b""
