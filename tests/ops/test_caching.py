"""The cache of the product against the suite's Valkey, and against an address where none is."""

import os
import socket
import time
from collections.abc import Iterator

import pytest

from ops.caching import FallbackRedisCache

HERE = f"test-{os.getpid()}"


def cache_at(url: str) -> FallbackRedisCache:
    return FallbackRedisCache(
        url, {"KEY_PREFIX": HERE, "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}}
    )


@pytest.fixture
def nowhere() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"redis://127.0.0.1:{probe.getsockname()[1]}/0"


@pytest.fixture(params=["valkey", "none"])
def cache(request: pytest.FixtureRequest, nowhere: str) -> Iterator[FallbackRedisCache]:
    """The same answers with and without Valkey."""
    found = cache_at(os.environ["REDIS_URL"] if request.param == "valkey" else nowhere)
    yield found
    found.delete_many(["a", "b", "count", "short"])


def test_it_answers_the_same_with_valkey_and_without(cache: FallbackRedisCache) -> None:
    assert cache.get("a", "nothing") == "nothing"
    assert cache.add("a", [1], 60) is True
    assert cache.add("a", [2], 60) is False
    assert cache.get("a") == [1]
    assert cache.set_many({"a": 1, "b": 2}) == []
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert (cache.has_key("a"), cache.has_key("c"), cache.touch("a", 60), cache.touch("c")) == (
        True,
        False,
        True,
        False,
    )
    assert (cache.delete("a"), cache.delete("a")) == (True, False)
    cache.set("count", 1)
    assert cache.incr("count", 2) == 3
    cache.delete_many(["b", "count"])
    assert cache.get_many(["b", "count"]) == {}


def test_what_it_keeps_without_valkey_ends_in_time(nowhere: str) -> None:
    cache = cache_at(nowhere)

    cache.set("short", "gone soon", 0.05)
    cache.set("long", "stays", 60)
    time.sleep(0.06)

    assert (cache.get("short"), cache.get("long")) == (None, "stays")


def test_a_silent_server_costs_one_time_out_and_not_one_for_each_question() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cache = cache_at(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        began = time.monotonic()

        for number in range(20):
            cache.set(f"key {number}".replace(" ", "-"), number)

        assert time.monotonic() - began < 2.5
        assert cache.get("key-7") == 7


def test_the_log_says_once_a_minute_that_valkey_is_gone(
    nowhere: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.caching.PAUSE_SECONDS", 0.0)  # each question is put to Valkey again
    monkeypatch.setattr("ops.caching.SAY_SECONDS", 0.3)
    cache = cache_at(nowhere)
    line = "The cache does not answer (ConnectionError); this process remembers for itself."

    for number in range(20):
        cache.set("a", number)
    assert caplog.messages == [line]

    time.sleep(0.3)
    assert (cache.get("a"), cache.get("a")) == (19, 19)
    assert caplog.messages == [line, line]


def test_clearing_without_valkey_forgets_what_the_process_kept(nowhere: str) -> None:
    cache = cache_at(nowhere)
    cache.set("a", 1)

    cache.clear()

    assert cache.get("a") is None
