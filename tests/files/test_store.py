"""Contents on disk: swept when nobody has them, proved each night."""

import os
import time

import pytest

from ops.celery import app  # noqa: F401  the tasks below belong to it
from ops.db.actor import acting_as, task
from ops.files import actions, intake, keeping, store
from ops.files.models import File
from ops.files.tasks import sweep_files, verify_files
from ops.models import JobRun
from tests import make


@pytest.fixture
def order(cast):
    return make.order(cast.agent)


@pytest.fixture
def kept(cast, order, as_person) -> File:
    with as_person(cast.agent):
        return actions.keep(make.photo(form="JPEG"), "a.jpg", cast.agent, noun="order", subject_id=order.pk)


def age(sha256: str, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(store.path_of(sha256), (then, then))


def test_only_old_contents_that_nobody_has_are_swept(kept):
    young, old = intake.prepare(b"young", "a.txt").sha256, intake.prepare(make.photo((9, 9)), "b.png").sha256
    age(old, 25)
    age(young, 23)
    age(kept.sha256, 2000)

    with acting_as(task("files")):
        assert keeping.sweep() == 1

    there = {sha256 for sha256 in (young, old, kept.sha256) if store.path_of(sha256).exists()}
    assert there == {young, kept.sha256}
    assert not store.thumb_of(old).exists()
    assert store.thumb_of(kept.sha256).exists()


def test_a_removed_file_keeps_its_content(kept, cast, as_person):
    with as_person(cast.agent):
        actions.remove_file(kept, by=cast.agent, reason="twice")
    age(kept.sha256, 2000)

    with acting_as(task("files")):
        assert keeping.sweep() == 0


def test_a_content_that_is_added_again_is_young_again():
    sha256 = intake.prepare(b"once", "a.txt").sha256
    age(sha256, 2000)

    assert intake.prepare(b"once", "b.txt").sha256 == sha256

    assert store.sweep(lambda _: [], grace_hours=24) == 0


def test_what_a_killed_process_left_goes_too(shelves):
    left = shelves / "incoming" / "half"
    left.mkdir(parents=True)
    (left / "came").write_bytes(b"x")
    for path in (left / "came", left):
        os.utime(path, (1, 1))

    assert store.sweep(lambda _: [], grace_hours=24) == 0

    assert list((shelves / "incoming").iterdir()) == []


def test_the_sample_is_read_again_and_damage_is_named_by_number(kept):
    with acting_as(task("files")):
        assert keeping.verify(10) == 1
        store.path_of(kept.sha256).write_bytes(b"rotten")
        with pytest.raises(store.ContentDamaged, match=f"^1 of 1: file {kept.pk} has other bytes than were kept$"):
            keeping.verify(10)
        store.path_of(kept.sha256).unlink()
        with pytest.raises(store.ContentDamaged, match=f"file {kept.pk} is missing$"):
            keeping.verify(10)


def test_the_jobs_run_once_a_night_and_show_on_health(kept, cast, as_person):
    for run in (sweep_files, verify_files, sweep_files, verify_files):
        run()

    with as_person(cast.sysadmin):
        runs = {run.name: (run.rows, run.error) for run in JobRun.objects.all()}
        assert JobRun.objects.count() == 2
    assert runs == {"sweep files that nobody has": (0, ""), "read a sample of the files again": (1, "")}
