"""A cache that a page can do without: while Valkey is gone each process remembers for itself, sign-in limits too."""

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
PAUSE_SECONDS = 2.0
SAY_SECONDS = 60.0
_away_until: dict[str, float] = {}
_silent_until: dict[str, float] = {}


class FallbackRedisCache(RedisCache):
    """After a failure Valkey is left alone for a moment, or a silent one would cost every page its time-out."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._server = server
        self._near = LocMemCache(server, params | {"OPTIONS": {}})

    def _either(self, verb: str, *args: Any, **options: Any) -> Any:
        if time.monotonic() >= _away_until.get(self._server, 0):
            try:
                return getattr(super(), verb)(*args, **options)
            except RedisError as error:
                _away_until[self._server] = time.monotonic() + PAUSE_SECONDS
                self._say(error)
        return getattr(self._near, verb)(*args, **options)

    def _say(self, error: RedisError) -> None:
        """A line a minute and process: Valkey that is gone for a night is not to fill the log."""
        now = time.monotonic()
        if now >= _silent_until.get(self._server, 0):
            _silent_until[self._server] = now + SAY_SECONDS
            log.warning("The cache does not answer (%s); this process remembers for itself.", type(error).__name__)

    def get(self, *args: Any, **options: Any) -> Any:
        return self._either("get", *args, **options)

    def set(self, *args: Any, **options: Any) -> None:
        self._either("set", *args, **options)

    def add(self, *args: Any, **options: Any) -> bool:
        return bool(self._either("add", *args, **options))

    def touch(self, *args: Any, **options: Any) -> bool:
        return bool(self._either("touch", *args, **options))

    def delete(self, *args: Any, **options: Any) -> bool:
        return bool(self._either("delete", *args, **options))

    def has_key(self, *args: Any, **options: Any) -> bool:
        return bool(self._either("has_key", *args, **options))

    def incr(self, *args: Any, **options: Any) -> int:
        return int(self._either("incr", *args, **options))

    def get_many(self, *args: Any, **options: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = self._either("get_many", *args, **options)
        return found

    def set_many(self, *args: Any, **options: Any) -> list[Any]:
        return list(self._either("set_many", *args, **options))

    def delete_many(self, *args: Any, **options: Any) -> None:
        self._either("delete_many", *args, **options)

    def clear(self) -> None:
        self._either("clear")
