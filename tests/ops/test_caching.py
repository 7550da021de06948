"""A cache that is gone is an empty cache, and the page still answers."""

import pytest

from ops.caching import FallbackRedisCache

GONE = {"OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}}


@pytest.fixture
def gone() -> FallbackRedisCache:
    return FallbackRedisCache("redis://127.0.0.1:9/0", GONE)


@pytest.fixture
def there(settings) -> FallbackRedisCache:
    cache = FallbackRedisCache(settings.REDIS_URL, {"KEY_PREFIX": "test_caching"})
    yield cache
    cache.delete_many(["a", "b", "n"])


def test_without_a_server_the_process_remembers_for_itself(gone):
    gone.set("a", 1)
    gone.set("b", 2, 30)

    assert gone.get("a") == 1
    assert gone.get("c", "nothing") == "nothing"
    assert gone.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert gone.add("a", 3) is False
    assert gone.incr("b") == 3
    assert gone.delete("a") is True
    gone.delete_many(["b"])
    assert gone.get("b") is None


def test_with_a_server_it_is_a_cache_like_any_other(there):
    there.set("a", 1, 30)
    there.set("n", 1, 30)

    assert there.get("a") == 1
    assert there.get_many(["a", "b"]) == {"a": 1}
    assert there.add("a", 2) is False
    assert there.incr("n") == 2
    assert there.delete("a") is True
