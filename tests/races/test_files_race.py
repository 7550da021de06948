"""The same photo from two phones at once; the last free place, wanted by two; a removal and an undo that meet."""

import pytest
from django.db import IntegrityError, connection, transaction

from ops.db.actor import acting_as, for_user
from ops.files import actions, intake, store
from ops.files.models import File
from ops.models import Event
from tests import make
from tests.browser.shelf import order as made
from tests.browser.shelf import order_in as made_in
from tests.races.together import in_step, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.FILES_DIR = tmp_path / "files"


def keeps(by, order, content, name):
    with acting_as(for_user(by)):
        return actions.keep(content, name, by, noun="order", subject_id=order.pk)


def test_the_same_content_twice_at_once_is_one_content_and_one_file(cast):
    order = made_in("in_production", cast.agent, cast.production)
    photos = [make.photo((20 + number, 20), "JPEG") for number in range(25)]

    one, other = in_step(
        photos,
        lambda photo: keeps(cast.agent, order, photo, "agent.jpg"),
        lambda photo: keeps(cast.production, order, photo, "floor.jpg"),
    )

    assert [file.pk for file in one] == [file.pk for file in other]
    with acting_as(for_user(cast.manager)):
        assert File.objects.count() == 25
        assert Event.objects.filter(kind="file.added").count() == 25
    for file in one:
        assert store.damage(file.sha256) == ""
        assert store.thumb_of(file.sha256).is_file()
    assert list((store.root() / "incoming").iterdir()) == []


def test_the_last_free_place_is_taken_by_one(cast):
    order = made(cast.agent)
    with acting_as(for_user(cast.manager)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into files_file (noun, subject_id, name, sha256, size, content_type, kind, stage, visibility,"
            " removed_reason) select 'order', %s, 'x', encode(sha256(i::text::bytea), 'hex'), 1, 'text/plain',"
            " 'document', '', 'everyone', '' from generate_series(1, 299) i",
            [order.pk],
        )

    def last(by, content):
        def add():
            try:
                return keeps(by, order, content, "last.txt")
            except IntegrityError as error:
                return str(error)

        return add

    results = together(last(cast.agent, b"one"), last(cast.manager, b"other"))

    assert len([one for one in results if isinstance(one, File)]) == 1
    assert [one for one in results if isinstance(one, str) and "300 files here already" in one]


def test_a_sweep_leaves_what_is_added_again_meanwhile(cast):
    """A content lies about without a row; it is added again just while the sweep goes round."""
    order = made(cast.agent)
    contents = [b"again %d" % number for number in range(25)]
    for content in contents:
        intake.prepare(content, "a.txt")

    def sweep(_):
        with acting_as(for_user(cast.manager)):
            return store.sweep(
                lambda names: File.objects.filter(sha256__in=names).values_list("sha256", flat=True), grace_hours=1
            )

    in_step(contents, lambda content: keeps(cast.agent, order, content, "a.txt"), sweep)

    with acting_as(for_user(cast.manager)):
        assert [store.damage(sha256) for sha256 in File.objects.values_list("sha256", flat=True)] == [""] * 25


def test_removed_by_two_it_is_removed_once(cast):
    order = made(cast.agent)
    file = keeps(cast.agent, order, b"x", "a.txt")

    def removes(by):
        def remove():
            with acting_as(for_user(by)), transaction.atomic():
                return actions.remove_file(file, by=by, reason=by.name)

        return remove

    results = together(removes(cast.agent), removes(cast.manager))

    with acting_as(for_user(cast.manager)):
        assert Event.objects.filter(kind="file.removed").count() == 1
        assert File.objects.get(pk=file.pk).removed_reason in {cast.agent.name, cast.manager.name}
    assert len(results) == 2
