"""The embedded Valkey: behind a password, and a queue that survives a restart."""

from pathlib import Path

import pytest
import redis

from ops.dev.valkey import ensure_valkey, stop_valkey

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("servers")]


def test_it_answers_nobody_without_the_password(place: Path) -> None:
    valkey = ensure_valkey(place / "the data")

    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(valkey.url.replace(":" + valkey.url.split(":")[2].split("@")[0] + "@", "")).ping()


def test_a_queued_task_survives_a_restart(place: Path) -> None:
    before = ensure_valkey(place / "the data")
    with redis.Redis.from_url(before.url) as client:
        client.rpush("queue", "remember me")

    stop_valkey(place / "the data")
    after = ensure_valkey(place / "the data")

    assert after == before
    with redis.Redis.from_url(after.url) as client:
        assert client.lpop("queue") == b"remember me"
