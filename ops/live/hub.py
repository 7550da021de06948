"""One LISTEN connection a process and the screens that hang on it. Nothing here asks the database anything.

Any gap in listening may have hidden a change of rights, so after one every screen is told to ask again and to come
back with a new ticket. For the same reason a ticket issued before this hub listened is not accepted.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import psycopg

from ops.live.filters import heard
from ops.live.notes import Note, read
from ops.live.stream import Stream
from ops.live.tickets import LIFETIME_SECONDS, Ticket, TicketError

log = logging.getLogger("ops.live")

CHANNEL = "ops"
STREAMS_A_PERSON = 32
BEAT_SECONDS = 20
SILENCE_SECONDS = 15  # after so long without a word the connection itself is asked whether it lives
ANSWER_SECONDS = 5
QUIET_MOST_MS, QUIET_STEP_MS = 30_000, 500
BACKOFF_SECONDS = (0.1, 5.0)


class Hub:
    """Listens, filters and hands on; `clock` is the wall clock that tickets are issued by."""

    def __init__(self, url: str, clock: Callable[[], float] = time.time, name: str = "opsdeck live") -> None:
        self._url = url
        self._name = name
        self._clock = clock
        self._streams: dict[int, Stream] = {}  # by number, so in the order they came
        self._people: dict[int, dict[int, Stream]] = {}
        self._cuts: dict[int, float] = {}
        self._number = 0
        self._since: float | None = None
        self._heard: float = clock()
        self._leaving = False
        self._tasks: list[asyncio.Task[None]] = []
        self._ready = asyncio.Event()
        self.backend_pid: int | None = None

    # --- for the endpoint ---------------------------------------------------------------------------------------
    @property
    def listening(self) -> bool:
        return self._since is not None

    @property
    def quiet_ms(self) -> int:
        """How long nothing has been said, in coarse steps: a page drawn since then has missed nothing."""
        return min(max(int((self._clock() - self._heard) * 1000), 0), QUIET_MOST_MS) // QUIET_STEP_MS * QUIET_STEP_MS

    def __len__(self) -> int:
        return len(self._streams)

    def start(self) -> None:
        """Begin to listen; a second call does nothing."""
        if not self._tasks and not self._leaving:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._beat())]

    async def ready(self, seconds: float) -> bool:
        """Whether the hub listens, after waiting at most so long for it."""
        if not self._ready.is_set() and not self._leaving:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._ready.wait()
        return self._ready.is_set()

    async def stop(self) -> None:
        """Say goodbye to every screen and let go of the connection."""
        self.farewell()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def farewell(self) -> None:
        """The process is about to end: no new screens, and the open ones go elsewhere."""
        self._leaving = True
        self._ready.clear()
        self._close_all(self._streams.values(), "stop")

    def accept(self, ticket: Ticket) -> None:
        """Refuse a ticket whose rights may have changed since it was issued."""
        if self._since is None or ticket.issued < self._since:
            raise TicketError("older than this hub")
        if any(ticket.issued <= self._cuts.get(person, 0.0) for person in ticket.people):
            raise TicketError("older than the person's rights")

    def open(self, ticket: Ticket) -> Stream:
        """A new screen; beyond 32 a person the oldest one closes."""
        self.accept(ticket)
        self._number += 1
        stream = Stream(ticket, self._number)
        self._streams[stream.number] = stream
        for person in ticket.people:
            mine = self._people.setdefault(person, {})
            mine[stream.number] = stream
            if len(mine) > STREAMS_A_PERSON:
                self._close(next(iter(mine.values())), "tabs")
        return stream

    def close(self, stream: Stream) -> None:
        """Forget a screen; closing it twice is fine."""
        self._streams.pop(stream.number, None)
        for person in stream.ticket.people:
            mine = self._people.get(person)
            if mine is not None and mine.pop(stream.number, None) is not None and not mine:
                del self._people[person]

    # --- what the database says ---------------------------------------------------------------------------------
    def hear(self, payload: str) -> None:
        """Hand one notification to those who may know."""
        self._heard = self._clock()
        note = read(payload)
        if note is None:
            log.warning("a payload on channel %s was not understood and is dropped", CHANNEL)
        elif note.noun == "scope":
            self._cut(note)
        else:
            self._fan_out(note)

    def _fan_out(self, note: Note) -> None:
        noun = note.noun
        for stream in self._streams.values():
            ticket = stream.ticket
            told = heard(note, ticket.uid, ticket.reach(noun))
            if told is not None:
                stream.tell(told)

    def _cut(self, note: Note) -> None:
        now = self._clock()
        if note.id is None:
            # Everyone's rights may have changed: as after a gap, nothing issued before now counts.
            self._since = now if self._since is not None else None
            self._close_all(self._streams.values(), "rights")
            return
        self._cuts[note.id] = now
        self._close_all(self._people.get(note.id, {}).values(), "rights")

    def _close_all(self, streams: Iterable[Stream], why: str) -> None:
        for stream in list(streams):
            self._close(stream, why)

    def _close(self, stream: Stream, why: str) -> None:
        self.close(stream)
        stream.end(why)

    # --- the two tasks ------------------------------------------------------------------------------------------
    async def _listen(self) -> None:
        shortest, longest = BACKOFF_SECONDS
        wait = shortest
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, application_name=self._name, connect_timeout=5
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._begin(connection.info.backend_pid)
                    wait = shortest
                    await self._follow(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                log.warning("live channel lost (%s); trying again in %.1f s", type(error).__name__, wait)
            finally:
                self._since = self.backend_pid = None
                self._ready.clear()
            await asyncio.sleep(wait)
            wait = min(wait * 2, longest)

    def _begin(self, backend_pid: int) -> None:
        self._since = self._heard = self._clock()
        self.backend_pid = backend_pid
        for stream in self._streams.values():
            stream.resync()
        self._close_all(self._streams.values(), "gap")
        self._cuts.clear()
        if not self._leaving:
            self._ready.set()
        log.info("live channel listening (backend %d)", backend_pid)

    async def _follow(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for notice in connection.notifies(timeout=SILENCE_SECONDS):
                self.hear(notice.payload)
            question = asyncio.ensure_future(connection.execute("SELECT 1"))
            answered, _ = await asyncio.wait({question}, timeout=ANSWER_SECONDS)
            if not answered:
                # A polite cancel would go down the same dead line and wait ten seconds more.
                connection.pgconn.finish()
                question.cancel()
                raise TimeoutError
            question.result()

    async def _beat(self) -> None:
        """Every second one in twenty screens gets its heartbeat, so that no event waits behind all of them."""
        tick = 0
        while True:
            await asyncio.sleep(1)
            tick = (tick + 1) % BEAT_SECONDS
            now = self._clock()
            for stream in [s for s in self._streams.values() if s.number % BEAT_SECONDS == tick]:
                if stream.ticket.expires <= now:
                    self._close(stream, "expired")
                else:
                    stream.beat()
            if tick == 0:
                self._cuts = {uid: at for uid, at in self._cuts.items() if at > now - LIFETIME_SECONDS}
