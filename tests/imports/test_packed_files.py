"""What is packed weighs what it unpacks to, however it says how large that is."""

import gzip
import io
import zipfile

import pytest

from ops.imports import kept, work
from ops.imports.tables.sources import announced
from ops.progress import actions as progress
from tests.imports.load_walk import OWN, upload, words

pytestmark = pytest.mark.django_db


def packed(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


LONG = (OWN + "".join(f"{i},B-{i},13/01/2026,A,Desk,1,5,5\n" for i in range(3, 40_000))).encode()


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"a,b\n1,2\n", 8), (packed(("a.csv", b"x" * 5000)), 5000), (gzip.compress(b"y" * 7000), 7000),
        (packed(("in.zip", packed(("a.csv", b"x" * 9000)))), 9000), (packed(("a.csv", b"x"))[:30], 30), (b"", 0),
    ],
    ids=["text", "zip", "gzip", "zip in zip", "cut off", "empty"],
)  # fmt: skip
def test_a_file_weighs_what_it_unpacks_to(data, size):
    found = announced(io.BytesIO(data), len(data), enough=100_000)

    assert size <= found < size + 300


def test_what_is_packed_too_deep_counts_as_more_than_enough():
    data = b"x"
    for _ in range(4):
        data = packed(("in.zip", data))

    assert announced(io.BytesIO(data), len(data), enough=1000) > 1000


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(b"y" * 3_000_000) + gzip.compress(b"z"), gzip.compress(b"z") * 3 + gzip.compress(b"y" * 200_000),
        gzip.compress(packed(("a.csv", b"x" * 3_000_000))), packed(("a.gz", gzip.compress(b"y" * 3_000_000))),
    ],
    ids=["small last", "small first", "zip in gzip", "gzip in zip"],
)  # fmt: skip
def test_what_is_packed_in_several_members_counts_with_all_of_them(data):
    assert announced(io.BytesIO(data), len(data), enough=100_000) > 100_000


def test_no_more_of_a_gzip_is_unpacked_than_is_enough():
    data = gzip.compress(b"y" * 3_000_000)

    assert announced(io.BytesIO(data), len(data), enough=100_000) == 100_001
    assert announced(io.BytesIO(data[:-9]), len(data) - 9, enough=4_000_000) == len(data) - 9  # cut off


@pytest.mark.parametrize("name", ["long.zip", "long.csv.gz"])
def test_a_packed_file_that_is_long_inside_is_a_workers(browser, last, cast, as_person, monkeypatch, name):
    monkeypatch.setattr(progress, "_to_queue", lambda pk: None)
    data = packed(("long.csv", LONG)) if name.endswith("zip") else gzip.compress(LONG)
    assert len(data) < work.AT_ONCE_BYTES < len(LONG)

    sent = upload(browser, data, name)

    assert "Waiting for a worker" in words(browser.get(sent.url))
    with as_person(cast.manager):
        assert not work.is_light(last())
        assert kept.unpacked_bytes(last(), enough=len(LONG)) >= len(LONG)
