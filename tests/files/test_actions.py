"""Keep, remove, put back; and what raw SQL as somebody's role cannot do."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from ops.errors import Refused
from ops.files import actions, intake
from ops.files.models import File
from ops.models import Event
from orders import actions as order_actions
from orders.queries import order_page
from tests import make


@pytest.fixture
def order(cast):
    return make.order_in("in_production", cast.agent, cast.production)


@pytest.fixture
def keep(order, as_person):
    def kept(by, content=b"words", name="a.txt", visibility="everyone", of=None):
        with as_person(by):
            return actions.keep(content, name, by, noun="order", subject_id=(of or order).pk, visibility=visibility)

    return kept


def names(user, as_person) -> set[str]:
    """What the database shows, with nothing of ours in between."""
    with as_person(user), connection.cursor() as cursor:
        cursor.execute("select name from files_file")
        return {name for (name,) in cursor.fetchall()}


def test_a_file_says_who_when_where_and_what(keep, cast, order):
    file = keep(cast.production, make.photo((40, 30), "JPEG"), "bench.jpg")

    assert (file.noun, file.subject_id, file.name, file.kind) == ("order", order.pk, "bench.jpg", "photo")
    assert (file.width, file.height, file.content_type) == (40, 30, "image/jpeg")
    assert (file.by_id, file.stage, file.visibility) == (cast.production.pk, "in_production", "everyone")


def test_each_sees_what_was_kept_for_them(keep, cast, as_person):
    for visibility in ("everyone", "sales", "managers"):
        keep(cast.manager, visibility.encode(), f"{visibility}.txt", visibility)
    every, sells, floor = {"everyone.txt", "sales.txt", "managers.txt"}, {"everyone.txt", "sales.txt"}, {"everyone.txt"}

    seen = {person: names(getattr(cast, person), as_person) for person in
            ("owner", "admin", "manager", "agent", "finance", "accountant", "production", "other_agent", "sysadmin")}  # fmt: skip

    assert seen == {"owner": every, "admin": every, "manager": every, "agent": sells, "finance": sells,
                    "accountant": sells, "production": floor, "other_agent": set(), "sysadmin": set()}  # fmt: skip


def test_the_floor_loses_sight_when_the_order_leaves_it(keep, cast, order, as_person):
    keep(cast.production, b"bench", "bench.txt")
    with as_person(cast.production):
        order = order_actions.mark_ready(order, by=cast.production)
    with as_person(cast.agent):
        order_actions.ship_order(order, by=cast.agent, tracking="1", carrier="TCS")

    assert names(cast.production, as_person) == set()
    assert names(cast.agent, as_person) == {"bench.txt"}


def test_who_a_colleague_shared_the_order_with_sees_its_files(keep, cast, order, as_person):
    keep(cast.agent, b"x", "a.txt", "sales")
    with as_person(cast.agent):
        order_actions.share_order(order, by=cast.agent, colleague=cast.other_agent)

    assert names(cast.other_agent, as_person) == {"a.txt"}


def test_the_same_content_is_kept_once_for_the_same_readers(keep, cast, as_person):
    first, again = keep(cast.agent, b"same", "a.txt"), keep(cast.production, b"same", "b.txt")
    for_managers = keep(cast.manager, b"same", "c.txt", "managers")

    assert (again.pk, again.name, again.by_id) == (first.pk, "a.txt", cast.agent.pk)
    assert for_managers.pk != first.pk
    with as_person(cast.manager):
        assert Event.objects.filter(kind="file.added").count() == 2


def test_nobody_keeps_a_file_for_readers_whose_files_they_do_not_see(keep, cast, as_person):
    for by, visibility in ((cast.production, "sales"), (cast.agent, "managers"), (cast.agent, "the world")):
        with pytest.raises(Refused, match=r"^Choose who may see the file"):
            keep(by, b"x", "a.txt", visibility)
    assert names(cast.manager, as_person) == set()


def test_a_removed_file_is_seen_by_who_removed_it_and_by_managers(keep, cast, as_person):
    file = keep(cast.production, b"x", "a.txt")

    with as_person(cast.production):
        gone = actions.remove_file(file, by=cast.production, reason="the wrong order")

    assert (gone.removed_by_id, gone.removed_reason) == (cast.production.pk, "the wrong order")
    assert gone.removed_at is not None
    assert names(cast.agent, as_person) == set()
    assert names(cast.production, as_person) == names(cast.manager, as_person) == {"a.txt"}

    with as_person(cast.production):
        back = actions.restore_file(gone, by=cast.production)
    assert (back.removed_at, back.removed_by_id, back.removed_reason) == (None, None, "")
    assert names(cast.agent, as_person) == {"a.txt"}


def test_removing_twice_is_removing_once_and_needs_a_reason(keep, cast, as_person):
    file = keep(cast.agent)
    with as_person(cast.agent):
        with pytest.raises(Refused, match=r"^Say why a\.txt is removed\.$"):
            actions.remove_file(file, by=cast.agent, reason="  ")
        first = actions.remove_file(file, by=cast.agent, reason="old")
        again = actions.remove_file(file, by=cast.agent, reason="older")
        assert again.removed_reason == "old" == first.removed_reason
        assert Event.objects.filter(kind="file.removed").count() == 1
        actions.restore_file(file, by=cast.agent)
        actions.restore_file(file, by=cast.agent)
        assert Event.objects.filter(kind="file.restored").count() == 1


def test_only_who_added_it_the_agent_and_managers_remove(keep, cast, order, as_person):
    of_manager, of_floor = keep(cast.manager, b"1", "m.txt"), keep(cast.production, b"2", "f.txt")

    with as_person(cast.production), pytest.raises(Refused, match=r"^m\.txt is not yours to change"):
        actions.remove_file(of_manager, by=cast.production, reason="x")
    with as_person(cast.agent):
        actions.remove_file(of_floor, by=cast.agent, reason="blurred")
    assert names(cast.production, as_person) == {"m.txt"}


def test_who_sees_a_file_is_changed_afterwards_with_an_event_and_history(keep, cast, order, as_person):
    file = keep(cast.agent)
    assert names(cast.production, as_person) == {"a.txt"}
    with as_person(cast.agent):
        actions.show_file_to(file, by=cast.agent, visibility="sales")
        actions.show_file_to(file, by=cast.agent, visibility="sales")

    assert names(cast.production, as_person) == set()
    with as_person(cast.manager):
        [event] = Event.objects.filter(kind="file.shown_to")
        assert (event.by_id, event.data["whom"]) == (cast.agent.pk, "sales and office")
        assert list(file.history.order_by("history_id").values_list("visibility", flat=True)) == ["everyone", "sales"]
        actions.show_file_to(file, by=cast.manager, visibility="managers")
    assert names(cast.agent, as_person) == set()
    with as_person(cast.manager):
        actions.show_file_to(file, by=cast.manager, visibility="everyone")
    assert names(cast.production, as_person) == {"a.txt"}


def test_nobody_hides_a_file_from_themselves_nor_changes_who_sees_what_is_not_theirs(keep, cast, as_person):
    mine, floor = keep(cast.agent, b"1", "m.txt"), keep(cast.production, b"2", "f.txt")
    with as_person(cast.agent), pytest.raises(Refused, match="for people whose files you do not see"):
        actions.show_file_to(mine, by=cast.agent, visibility="managers")
    with as_person(cast.production), pytest.raises(Refused, match="is not yours to change"):
        actions.show_file_to(mine, by=cast.production, visibility="everyone")
    with as_person(cast.production), pytest.raises(Refused, match="for people whose files you do not see"):
        actions.show_file_to(floor, by=cast.production, visibility="sales")
    with pytest.raises(ProgrammingError, match="row-level security"):
        attempt(cast.agent, as_person, "update files_file set visibility = 'managers' where id = %s", [mine.pk])


def test_the_same_content_is_not_shown_twice_to_the_same_people(keep, cast, as_person):
    keep(cast.agent, b"1", "m.txt", "sales")
    for_all = keep(cast.agent, b"1", "m.txt")

    with as_person(cast.agent), pytest.raises(Refused, match="The same file is here already"):
        actions.show_file_to(for_all, by=cast.agent, visibility="sales")


def test_the_page_offers_who_sees_it_and_the_form_changes_it(keep, cast, order, client_of, as_person):
    file = keep(cast.agent)
    client = client_of(cast.agent)

    assert f'action="/files/{file.pk}/visibility/"' in client.get(f"/orders/{order.pk}/").content.decode()
    client.post(f"/files/{file.pk}/visibility/", {"visibility": "sales"})

    assert names(cast.production, as_person) == set()
    assert client_of(cast.production).post(f"/files/{file.pk}/visibility/", {"visibility": "x"}).status_code == 404


def test_what_a_manager_removed_its_uploader_does_not_put_back(keep, cast, as_person):
    file = keep(cast.agent)
    with as_person(cast.manager):
        actions.remove_file(file, by=cast.manager, reason="private")

    with as_person(cast.agent), connection.cursor() as cursor:
        cursor.execute("update files_file set removed_at = null where id = %s", [file.pk])
        assert cursor.rowcount == 0


def test_a_file_that_came_again_stands_in_the_way_of_putting_back(keep, cast, as_person):
    file = keep(cast.agent)
    with as_person(cast.agent):
        actions.remove_file(file, by=cast.agent, reason="old")
    keep(cast.agent)

    with as_person(cast.agent), pytest.raises(IntegrityError, match="files_file_once"), transaction.atomic():
        actions.restore_file(file, by=cast.agent)


def test_a_row_may_have_so_many_files(keep, cast, order, as_person):
    with as_person(cast.manager), connection.cursor() as cursor:
        cursor.execute(
            "insert into files_file (noun, subject_id, name, sha256, size, content_type, kind, stage, visibility, removed_reason)"
            " select 'order', %s, 'x', encode(sha256(i::text::bytea), 'hex'), 1, 'text/plain', 'document', '', 'managers', ''"
            " from generate_series(1, 300) i", [order.pk],
        )  # fmt: skip

    with (
        pytest.raises(IntegrityError, match="There are 300 files here already, which is the most"),
        transaction.atomic(),
    ):
        keep(cast.agent, b"one more", "b.txt")


# --- raw SQL as somebody's own role ------------------------------------------------------------------------------

_ADD = (
    "insert into files_file (noun, subject_id, name, sha256, size, content_type, kind, stage, visibility, removed_reason, by_id)"
    " values (%s, %s, 'x', repeat('a', 64), 1, 'text/plain', 'document', 'delivered', %s, '', %s) returning by_id, stage"
)


def attempt(user, as_person, sql, values):
    with as_person(user), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def test_who_and_where_are_stamped_whatever_is_claimed(cast, order, as_person):
    [row] = attempt(cast.agent, as_person, _ADD, ["order", order.pk, "everyone", cast.manager.pk])
    assert row == (cast.agent.pk, "in_production")


@pytest.mark.parametrize(
    ("who", "noun", "visibility"),
    [("production", "order", "sales"), ("agent", "order", "managers"), ("other_agent", "order", "everyone"),
     ("finance", "order", "everyone"), ("sysadmin", "order", "everyone"), ("manager", "customer", "everyone")],
)  # fmt: skip
def test_no_role_adds_what_its_policies_do_not_let(who, noun, visibility, cast, order, as_person):
    with pytest.raises(ProgrammingError, match=r"permission denied|row-level security"):
        attempt(getattr(cast, who), as_person, _ADD, [noun, order.pk, visibility, None])


@pytest.mark.parametrize("change", ["noun = 'customer'", "sha256 = repeat('b', 64)", "subject_id = 1", "at = now()"])
@pytest.mark.parametrize("who", ["manager", "agent", "production"])
def test_no_role_changes_what_a_file_is(who, change, keep, cast, as_person):
    file = keep(cast.agent)
    with pytest.raises(ProgrammingError, match="permission denied"):
        attempt(getattr(cast, who), as_person, f"update files_file set {change} where id = %s", [file.pk])


@pytest.mark.parametrize("who", ["manager", "agent", "production", "owner"])
def test_no_role_deletes(who, keep, cast, as_person):
    keep(cast.agent)
    with pytest.raises(ProgrammingError, match="permission denied"):
        attempt(getattr(cast, who), as_person, "delete from files_file", [])


def test_a_name_and_a_history_leak_to_nobody_who_does_not_see_the_file(keep, cast, as_person):
    file = keep(cast.manager, b"x", "Divorce of the customer.txt", "managers")
    with as_person(cast.manager):
        actions.remove_file(file, by=cast.manager, reason="secret")
        actions.restore_file(file, by=cast.manager)

    for who in (cast.agent, cast.production, cast.finance, cast.other_agent, cast.sysadmin):
        with as_person(who), connection.cursor() as cursor:
            for table in ("files_file", "files_historicalfile", "files_file_changes"):
                try:
                    with transaction.atomic():
                        cursor.execute(f"select count(*) from {table}")
                        assert cursor.fetchone() == (0,)
                except ProgrammingError as denied:
                    assert "permission denied" in str(denied)
            cursor.execute("select count(*) from ops_event where noun = 'file'")
            assert cursor.fetchone() == (0,)


def test_the_story_of_the_order_tells_of_files_to_who_sees_them(keep, cast, order, as_person):
    keep(cast.manager, b"1", "secret.txt", "managers")
    keep(cast.production, b"2", "bench.txt")

    def told(user):
        with as_person(user):
            return [entry.text for entry in order_page(order, user).timeline if "added" in entry.text]

    assert [text for text in told(cast.manager) if "secret" in text] == ["added secret.txt"]
    assert "added bench.txt" in " ".join(told(cast.agent))
    assert "secret" not in " ".join(told(cast.agent) + told(cast.production))


def test_a_prepared_content_is_kept_as_it_is(cast, order, as_person):
    content = intake.prepare(b"outside", "mail.txt")

    with as_person(cast.agent), transaction.atomic():
        file = actions.keep(content, by=cast.agent, noun="order", subject_id=order.pk)

    with as_person(cast.agent):
        assert File.objects.get(pk=file.pk).sha256 == content.sha256
