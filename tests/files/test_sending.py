"""Files as they are sent: whole, in part or not at all; what is wrong is said by name and leaves nothing."""
# ruff: noqa: E501  sentences stand on one line each: they are read as tables

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from ops.files import store
from ops.files.models import File
from tests import make
from tests.files.conftest import contents

JSON = {"accept": "application/json"}


@pytest.fixture
def order(cast):
    return make.order_in("in_production", cast.agent, cast.production)


def upload(name: str, content: bytes = b"words") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def send(client_of, order):
    def sent(by, *files, visibility="", headers=JSON, to=None):
        data = {"files": list(files), **({"visibility": visibility} if visibility else {})}
        return client_of(by).post(f"/files/order/{(to or order).pk}/add/", data, headers=headers)

    return sent


def kept(user, as_person) -> list[str]:
    with as_person(user):
        return [file.name for file in File.objects.visible_to(user).order_by("pk")]


def test_good_files_are_kept_and_bad_ones_named(send, cast, as_person, settings, shelves):
    settings.FILES_MAX_BYTES = 100_000
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"

    answer = send(
        cast.agent, upload("bench.jpg", make.photo(form="JPEG")), upload("empty.txt", b""), upload("big.bin", b"x" * 100_001),
        upload("logo.svg", svg), upload("fake.png", b"<html>"), visibility="sales",
    )  # fmt: skip

    said = answer.json()
    assert answer.status_code == 200
    assert [one["name"] for one in said["kept"]] == ["bench.jpg", "logo.svg"]
    assert {one["name"]: one["sentence"] for one in said["refused"]} == {
        "empty.txt": "empty.txt is empty: nothing was kept of it. Look at it where it was made and send it again.",
        "big.bin": "big.bin is larger than 0 MB, which is the most for one file. Send it smaller, or in parts.",
        "fake.png": "fake.png is no picture, though its name says so: it is a web page. Send the picture.",
    }
    assert kept(cast.agent, as_person) == ["bench.jpg", "logo.svg"]
    assert kept(cast.production, as_person) == []
    assert len(contents(shelves)) == 2
    assert list((shelves / "incoming").iterdir()) == []


class Endless(io.RawIOBase):
    """200 MB that come from nowhere, in the body of a request."""

    def __init__(self, head: bytes, tail: bytes, size: int) -> None:
        self.parts: Iterator[bytes] = iter([head, *[b"\0" * 1_000_000] * (size // 1_000_000), tail])
        self.left = b""

    def read(self, size: int = -1) -> bytes:
        if not self.left:
            self.left = next(self.parts, b"")
        data, self.left = self.left[:size], self.left[size:]
        return data


def test_two_hundred_megabytes_are_neither_kept_nor_held(client_of, cast, order, as_person, shelves):
    mark = b"--mark"
    head = mark + b'\r\nContent-Disposition: form-data; name="files"; filename="film.mp4"\r\n\r\n'
    after = (
        b"\r\n"
        + mark
        + b'\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nwords\r\n'
        + mark
        + b"--\r\n"
    )
    size = 200_000_000
    client = client_of(cast.agent)
    tracemalloc.start()

    answer = client.generic(
        "POST", f"/files/order/{order.pk}/add/", b"", "multipart/form-data; boundary=mark", headers=JSON,
        **{"CONTENT_TYPE": "multipart/form-data; boundary=mark", "wsgi.input": Endless(head, after, size), "CONTENT_LENGTH": str(len(head) + size + len(after))},
    )  # fmt: skip

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    said = answer.json()
    assert said["refused"] == [
        {
            "name": "film.mp4",
            "sentence": "film.mp4 is larger than 25 MB, which is the most for one file. Send it smaller, or in parts.",
        }
    ]
    assert [one["name"] for one in said["kept"]] == ["a.txt"]
    assert peak < 20_000_000
    assert len(contents(shelves)) == 1
    assert list((shelves / "incoming").iterdir()) == []


def test_a_request_beyond_all_limits_is_not_even_read(client_of, cast, order):
    class Unread(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("read")

    answer = client_of(cast.agent).generic(
        "POST", f"/files/order/{order.pk}/add/", b"", "multipart/form-data; boundary=mark", headers=JSON,
        **{"CONTENT_TYPE": "multipart/form-data; boundary=mark", "wsgi.input": Unread(), "CONTENT_LENGTH": "2000000000"},
    )  # fmt: skip

    assert answer.status_code == 413
    assert (
        answer.json()["refused"][0]["sentence"]
        == "Nothing was kept: together these files are larger than 1251 MB. Send fewer at a time."
    )


def test_of_three_hundred_files_the_first_fifty_are_kept_and_the_others_named(send, cast, as_person):
    files = [upload(f"{number:03}.txt", b"%d" % number) for number in range(300)]

    said = send(cast.agent, *files).json()

    assert len(said["kept"]) == 50
    assert len(said["refused"]) == 250
    assert said["refused"][0] == {
        "name": "050.txt",
        "sentence": "050.txt was not taken: at most 50 files at a time. Send it with the next ones.",
    }
    assert len(kept(cast.agent, as_person)) == 50


def test_more_files_than_a_person_sends_are_not_read_at_all(send, cast, as_person):
    answer = send(cast.agent, *(upload(f"{number}.txt") for number in range(401)))

    assert answer.status_code == 413
    assert (
        answer.json()["refused"][0]["sentence"] == "Nothing was kept: at most 50 files at a time. Send fewer at once."
    )
    assert kept(cast.agent, as_person) == []


def test_a_row_that_is_full_says_so_by_name(send, cast, as_person, order):
    with as_person(cast.manager), connection.cursor() as cursor:
        cursor.execute(
            "insert into files_file (noun, subject_id, name, sha256, size, content_type, kind, stage, visibility, removed_reason)"
            " select 'order', %s, 'x', encode(sha256(i::text::bytea), 'hex'), 1, 'text/plain', 'document', '', 'everyone', ''"
            " from generate_series(1, 299) i", [order.pk],
        )  # fmt: skip

    said = send(cast.agent, upload("a.txt", b"a"), upload("b.txt", b"b")).json()

    assert [one["name"] for one in said["kept"]] == ["a.txt"]
    assert said["refused"] == [
        {
            "name": "b.txt",
            "sentence": "b.txt was not kept. There are 300 files here already, which is the most. Remove some that nobody needs, then add this one.",
        }
    ]


def test_without_scripts_the_page_comes_back_with_what_happened(send, cast, order):
    answer = send(cast.agent, upload("a.txt", b"a"), upload("b.txt", b"b"), upload("c.txt", b""), headers={})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/orders/{order.pk}/#files")
    assert [str(one) for one in get_messages(answer.wsgi_request)] == [
        "Kept 2 files.", "c.txt is empty: nothing was kept of it. Look at it where it was made and send it again.",
    ]  # fmt: skip


def test_nothing_chosen_is_said(send, cast):
    answer = send(cast.agent)
    assert (answer.status_code, answer.json()["refused"][0]["sentence"]) == (422, "Choose a file first.")


def test_the_token_is_asked_for_although_the_files_come_first(cast, order, client_of, as_person):
    signed_in = client_of(cast.agent)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    strict.cookies["csrftoken"] = "x" * 32

    answer = strict.post(f"/files/order/{order.pk}/add/", {"files": upload("a.txt")})

    assert answer.status_code == 403
    assert kept(cast.agent, as_person) == []
    assert list((store.root() / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("who", "status"), [("other_agent", 404), ("finance", 403), ("accountant", 403), ("sysadmin", 403)]
)
def test_who_may_not_add_is_turned_away_before_anything_is_read(who, status, send, cast):
    assert send(getattr(cast, who), upload("a.txt")).status_code == status
    assert not (store.root() / "incoming").exists()


def test_the_floor_adds_for_everyone_only(send, cast, as_person):
    said = send(cast.production, upload("a.txt"), visibility="managers").json()
    assert said["refused"][0]["sentence"].startswith("Choose who may see the file")
    assert send(cast.production, upload("a.txt")).json()["kept"][0]["name"] == "a.txt"
