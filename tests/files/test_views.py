"""Downloads that nobody else gets and that run nothing; removing with undo; the panel."""
# ruff: noqa: E501  sentences stand on one line each: they are read as tables

import hashlib
import io
import json
import zipfile

import pytest

from ops.files import actions, store
from ops.files.models import File
from ops.files.queries import shelf
from tests import make


@pytest.fixture
def order(cast):
    return make.order_in("in_production", cast.agent, cast.production)


def kept(user, as_person) -> list[str]:
    with as_person(user):
        return [file.name for file in File.objects.visible_to(user).order_by("pk")]


# --- looking and taking


@pytest.fixture
def file_of(order, as_person):
    def made(by, content=b"words", name="a.txt", visibility="everyone"):
        with as_person(by):
            return actions.keep(content, name, by, noun="order", subject_id=order.pk, visibility=visibility)

    return made


def taken(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_photo_is_shown_as_it_was_drawn_and_as_nothing_else(file_of, client_of, cast):
    file = file_of(cast.agent, make.photo(form="JPEG"), "bench.jpg")

    answer = client_of(cast.agent).get(f"/files/{file.pk}/", headers={"accept-encoding": "gzip"})

    assert hashlib.sha256(taken(answer)).hexdigest() == file.sha256
    assert {name: answer.headers[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "ETag",
            "Cache-Control", "Content-Length", "Cross-Origin-Resource-Policy")} == {
        "Content-Type": "image/jpeg", "Content-Disposition": 'inline; filename="bench.jpg"', "X-Content-Type-Options": "nosniff",
        "ETag": f'"{file.sha256}"', "Cache-Control": "private, no-cache", "Content-Length": str(file.size), "Cross-Origin-Resource-Policy": "same-origin",
    }  # fmt: skip
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "Cookie" in answer.headers["Vary"]
    assert (
        client_of(cast.agent).get(f"/files/{file.pk}/?save=1").headers["Content-Disposition"]
        == 'attachment; filename="bench.jpg"'
    )


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [(b"<svg><script>alert(1)</script></svg>", "logo.svg", "application/octet-stream"),
     (b"<!doctype html><script>alert(1)</script>", "page.html", "application/octet-stream"),
     (b"%PDF-1.7", "quote.pdf", "application/pdf"), (b"a,b", "list.csv", "application/octet-stream")],
)  # fmt: skip
def test_everything_else_only_comes_as_a_download_that_can_do_nothing(
    content, name, content_type, file_of, client_of, cast
):
    file = file_of(cast.agent, content, name)

    answer = client_of(cast.agent).get(f"/files/{file.pk}/")

    assert taken(answer) == content
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; ")


def test_what_has_not_changed_is_not_sent_again_but_rights_are_asked_again(file_of, client_of, cast, as_person):
    file = file_of(cast.agent, make.photo(form="JPEG"), "a.jpg")
    same = {"if-none-match": f'"{file.sha256}"'}
    floor = client_of(cast.production)
    for url in (f"/files/{file.pk}/", f"/files/{file.pk}/thumb/"):
        assert floor.get(url, headers=same).status_code == 304

    with as_person(cast.agent):
        actions.remove_file(file, by=cast.agent, reason="private")

    for url in (f"/files/{file.pk}/", f"/files/{file.pk}/thumb/"):
        assert floor.get(url, headers=same).status_code == 404


def test_a_small_picture_of_photos_only(file_of, client_of, cast):
    photo, words = file_of(cast.agent, make.photo((900, 600), "JPEG"), "a.jpg"), file_of(cast.agent)
    agent = client_of(cast.agent)

    answer = agent.get(f"/files/{photo.pk}/thumb/")

    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/webp", "private, max-age=600")
    assert taken(answer) == store.thumb_of(photo.sha256).read_bytes()
    assert agent.get(f"/files/{words.pk}/thumb/").status_code == 404


@pytest.mark.parametrize("visibility", ["everyone", "sales", "managers"])
def test_bytes_go_to_exactly_those_who_see_the_file(visibility, file_of, client_of, cast):
    file = file_of(cast.manager, make.photo(form="JPEG"), "a.jpg", visibility)
    may = {"owner", "admin", "manager"}
    if visibility != "managers":
        may |= {"agent", "finance", "accountant"}
    if visibility == "everyone":
        may |= {"production"}

    for url in (f"/files/{file.pk}/", f"/files/{file.pk}/thumb/"):
        got = {who: client_of(getattr(cast, who)).get(url).status_code for who in
               ("owner", "admin", "manager", "agent", "finance", "accountant", "production", "other_agent", "sysadmin")}  # fmt: skip
        assert got == {who: 200 if who in may else 404 for who in got}


def test_missing_bytes_are_not_a_fault_of_ours(file_of, client_of, cast):
    file = file_of(cast.agent)
    store.path_of(file.sha256).unlink()

    assert client_of(cast.agent).get(f"/files/{file.pk}/").status_code == 404


def test_all_as_a_zip_holds_what_the_person_sees(file_of, client_of, cast, order):
    for content, name, visibility in (
        (b"1", "a.txt", "everyone"),
        (b"2", "A.txt", "everyone"),
        (b"3", "m.txt", "managers"),
    ):
        file_of(cast.manager, content, name, visibility)
    photo = file_of(cast.manager, make.photo(form="JPEG"), "p.jpg", "sales")

    def pack(who) -> dict[str, bytes]:
        answer = client_of(who).get(f"/files/order/{order.pk}/all.zip")
        assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{order.number}-files.zip"
        with zipfile.ZipFile(io.BytesIO(taken(answer))) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}

    plain = {"a.txt": b"1", "A (2).txt": b"2"}
    assert pack(cast.production) == plain
    assert pack(cast.agent) == plain | {"p.jpg": store.path_of(photo.sha256).read_bytes()}
    assert set(pack(cast.manager)) == {"a.txt", "A (2).txt", "m.txt", "p.jpg"}
    assert client_of(cast.other_agent).get(f"/files/order/{order.pk}/all.zip").status_code == 404


# --- removing


def test_removing_by_htmx_offers_undo_and_tells_the_page(file_of, client_of, cast, order, as_person):
    file = file_of(cast.agent)
    agent = client_of(cast.agent)

    answer = agent.post(f"/files/{file.pk}/remove/", {"reason": "twice"}, headers={"hx-request": "true"})

    assert answer.status_code == 204
    assert json.loads(answer.headers["HX-Trigger"]) == {
        "toast": {"text": "Removed a.txt.", "undo": f"/files/{file.pk}/restore/"}, "subject:changed": {"noun": "order", "id": order.pk},
    }  # fmt: skip
    assert kept(cast.production, as_person) == []
    assert agent.post(f"/files/{file.pk}/restore/", headers={"hx-request": "true"}).status_code == 204
    assert kept(cast.production, as_person) == ["a.txt"]


def test_removing_without_scripts_goes_back_to_the_row(file_of, client_of, cast, order):
    file = file_of(cast.agent)
    answer = client_of(cast.agent).post(f"/files/{file.pk}/remove/", {"reason": "twice"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/orders/{order.pk}/#files")


def test_removing_needs_a_reason_and_the_right(file_of, client_of, cast, as_person):
    file = file_of(cast.agent)
    assert client_of(cast.agent).post(f"/files/{file.pk}/remove/").status_code == 422
    assert client_of(cast.production).post(f"/files/{file.pk}/remove/", {"reason": "x"}).status_code == 422
    assert client_of(cast.other_agent).post(f"/files/{file.pk}/remove/", {"reason": "x"}).status_code == 404
    assert client_of(cast.finance).post(f"/files/{file.pk}/remove/", {"reason": "x"}).status_code == 422
    assert kept(cast.agent, as_person) == ["a.txt"]


# --- the panel


def test_the_panel_shows_what_the_person_sees_in_one_query(
    file_of, client_of, cast, order, django_assert_num_queries, as_person
):
    file_of(cast.manager, make.photo(form="JPEG"), "bench.jpg")
    file_of(cast.manager, b"%PDF-1.7", "deal.pdf", "sales")
    file_of(cast.manager, b"%PDF-1.4", "margin.pdf", "managers")

    floor = client_of(cast.production).get(f"/orders/{order.pk}/").content.decode()
    assert "bench.jpg" in floor
    assert "deal.pdf" not in floor
    assert "margin.pdf" not in floor
    assert 'name="visibility"' not in floor
    agent = client_of(cast.agent).get(f"/orders/{order.pk}/").content.decode()
    assert "deal.pdf" in agent
    assert "Managers only" not in agent
    assert "margin.pdf" in client_of(cast.manager).get(f"/orders/{order.pk}/").content.decode()
    assert "data-files" not in client_of(cast.accountant).get(f"/orders/{order.pk}/").content.decode()

    with as_person(cast.agent), django_assert_num_queries(1):
        shown = shelf("order", order, cast.agent)
    assert [(row.file.name, row.stage, row.may_remove) for row in shown.photos] == [
        ("bench.jpg", "In production", True)
    ]
    assert shown.choices == [("everyone", "Everyone here"), ("sales", "Sales and office")]


@pytest.mark.parametrize("who", ["manager", "agent", "production", "finance"])
def test_the_page_of_an_order_with_files_stays_within_its_fifteen_questions(
    who, file_of, client_of, cast, order, django_assert_max_num_queries
):
    for number in range(5):
        file_of(cast.manager, b"%d" % number, f"{number}.txt")
    client = client_of(getattr(cast, who))
    client.get(f"/orders/{order.pk}/")

    with django_assert_max_num_queries(15):
        assert client.get(f"/orders/{order.pk}/").status_code == 200
