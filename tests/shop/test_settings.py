"""The shop's rules as data: typed, bounded, from a day on, logged, taken back; exact inside a transaction."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from ops import clock
from ops.db.actor import acting_as, for_user
from ops.errors import Conflict, Refused
from ops.models import Event
from ops.shop import actions, setting, shown
from ops.shop.models import Setting
from ops.shop.rules import every_rule, rule_of
from ops.templatetags.ops import spell

LAKH = "money.lakh"
DAY = timedelta(days=1)


def test_what_nobody_has_decided_is_the_default(cast, as_person):
    with as_person(cast.agent):
        assert (setting(LAKH), setting("calendar.working_days")) == (False, [0, 1, 2, 3, 4, 5])
    for rule in every_rule().values():
        assert rule.problem(rule.fallback) == ""
        assert rule.sentence.endswith(".")


def test_a_change_holds_at_once_and_is_logged_with_old_and_new(cast, as_person, settings):
    settings.SHOP_LAKH = False
    with as_person(cast.owner):
        assert spell("1234567.00", "PKR") == "Rs\N{NO-BREAK SPACE}1,234,567.00"

        made = actions.change_setting(LAKH, True, by=cast.owner, reason="As our customers count")

        assert (setting(LAKH), shown(LAKH)) == (True, True)
        assert spell("1234567.00", "PKR") == "Rs\N{NO-BREAK SPACE}12,34,567.00"
        made.refresh_from_db()
        assert (made.old, made.by_id, made.starts_on) == (None, cast.owner.pk, clock.today())
        event = Event.objects.get(kind="shop.setting_changed")
        assert (event.data["old"], event.data["new"], event.by_id) == ("No", "Yes", cast.owner.pk)
        assert actions.change_setting(LAKH, True, by=cast.owner) is None

        again = actions.change_setting(LAKH, False, by=cast.owner)
        again.refresh_from_db()
        assert again.old is True


def test_a_planned_change_begins_on_its_day_and_can_be_taken_back(cast, as_person):
    later = clock.today() + 10 * DAY
    with as_person(cast.owner):
        planned = actions.change_setting(LAKH, True, by=cast.owner, starts_on=later)
        assert [setting(LAKH, on=day) for day in (clock.today(), later - DAY, later)] == [False, False, True]

        actions.withdraw_setting(planned, by=cast.owner)
        actions.withdraw_setting(planned, by=cast.owner)

        assert setting(LAKH, on=later) is False
        planned.refresh_from_db()
        assert planned.withdrawn_by_id == cast.owner.pk
        with pytest.raises(Refused, match="in the past"):
            actions.change_setting(LAKH, True, by=cast.owner, starts_on=clock.today() - DAY)
        holds = actions.change_setting(LAKH, True, by=cast.owner)
        with pytest.raises(Refused, match="holds already"):
            actions.withdraw_setting(holds, by=cast.owner)


def test_an_earlier_value_is_set_again_and_so_is_the_default(cast, as_person):
    half = "calendar.half_days"
    with as_person(cast.manager):
        first = actions.change_setting(half, [5], by=cast.manager)
        actions.change_setting(half, [4], by=cast.manager)

        actions.set_back(first, half, by=cast.manager)
        assert setting(half) == [5]
        actions.set_back(None, half, by=cast.manager)
        assert setting(half) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [(LAKH, 1), (LAKH, "yes"), ("calendar.working_days", []), ("calendar.working_days", [7]),
     ("calendar.working_days", [1, 1]), ("calendar.working_days", "Monday"), ("calendar.half_days", [True])],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_by_both_locks(key, value, cast, as_person):
    with as_person(cast.owner):
        with pytest.raises(Refused):
            actions.change_setting(key, value, by=cast.owner)
        with pytest.raises(DatabaseError), transaction.atomic():
            Setting.objects.create(key=key, value=value, starts_on=clock.today())
        assert Setting.objects.count() == 0


def test_the_bounds_of_numbers_are_the_same_in_both_locks(cast, as_person):
    numbers = [rule for rule in every_rule().values() if rule.kind == "number"]
    with as_person(cast.owner), connection.cursor() as cursor:
        for rule in numbers:
            for value in (rule.low - 1, rule.low, rule.high, rule.high + 1, rule.low + 0.5, "1", None):
                cursor.execute("select ops.setting_fits(%s, to_jsonb(%s::text)::jsonb)", [rule.key, str(value)])
                assert cursor.fetchone() == (False,)  # text is no number
                if value is not None and not isinstance(value, str):
                    cursor.execute("select ops.setting_fits(%s, to_jsonb(%s::numeric))", [rule.key, value])
                    assert cursor.fetchone() == (rule.problem(value) == "",)


def test_who_may_not_set_a_rule_is_refused_by_both_locks(cast, as_person):
    for person in (cast.manager, cast.agent, cast.accountant):
        with as_person(person):
            with pytest.raises(Refused, match="may not set"):
                actions.change_setting(LAKH, True, by=person)
            with pytest.raises(DatabaseError), transaction.atomic():
                Setting.objects.create(key=LAKH, value=True, starts_on=clock.today())
    with as_person(cast.manager):
        assert actions.change_setting("calendar.half_days", [5], by=cast.manager)


def test_raw_sql_neither_changes_nor_removes_a_decision_and_forges_nobody(cast, as_person):
    with as_person(cast.owner):
        made = actions.change_setting(LAKH, True, by=cast.owner)
        for sql in ("update shop_setting set value = 'false'", "delete from shop_setting", "truncate shop_setting"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into shop_setting (key, value, starts_on, reason, by_id, old)"
                " values (%s, 'false', %s, '', %s, '7')",
                [LAKH, clock.today(), cast.agent.pk],
            )
        forged = Setting.objects.first()
        assert (forged.by_id, forged.old, made.value) == (cast.owner.pk, True, True)


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_a_rule_stays_what_it_was_and_one_read_is_enough(cast, django_assert_num_queries):
    def change() -> None:
        try:
            with acting_as(for_user(cast.owner)), transaction.atomic():
                actions.change_setting(LAKH, True, by=cast.owner)
        finally:
            connections.close_all()

    with acting_as(for_user(cast.agent)):
        with transaction.atomic():
            with django_assert_num_queries(1):
                before = [setting(LAKH), setting("calendar.half_days"), setting(LAKH)]
            other = threading.Thread(target=change)
            other.start()
            other.join(20)
            assert [*before, setting(LAKH)] == [False, [], False, False]
        with transaction.atomic():
            assert setting(LAKH) is True


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_decided(cast):
    with acting_as(for_user(cast.owner)):
        with transaction.atomic():
            with pytest.raises(Refused), transaction.atomic():
                actions.change_setting(LAKH, True, by=cast.owner)
                assert setting(LAKH) is True
                raise Refused("no")
            assert setting(LAKH) is False
        assert (setting(LAKH), shown(LAKH)) == (False, False)


def test_who_looked_at_an_older_decision_looks_again(cast, as_person):
    with as_person(cast.owner):
        actions.change_setting(LAKH, True, by=cast.owner, seen=0)
        with pytest.raises(Conflict, match="just now"):
            actions.change_setting(LAKH, False, by=cast.owner, seen=0)
        assert setting(LAKH) is True


@pytest.mark.django_db(transaction=True)
def test_two_at_once_follow_each_other_and_each_old_value_is_true(cast):
    from tests.races.together import together

    def to(value):
        def change():
            with acting_as(for_user(cast.owner)), transaction.atomic():
                return actions.change_setting("calendar.half_days", value, by=cast.owner).pk

        return change

    together(to([5]), to([4]))

    with acting_as(for_user(cast.owner)):
        first, second = Setting.objects.order_by("pk")
        assert (first.old, second.old) == (None, first.value)


# --- the page -----------------------------------------------------------------------------------------------------


def test_the_page_shows_what_holds_since_when_and_by_whom(cast, as_person, client_of):
    with as_person(cast.owner):
        actions.change_setting(LAKH, True, by=cast.owner, reason="As our customers count")
    browser = client_of(cast.owner)

    page = browser.get("/rules/?open=money.lakh").content.decode()
    found = browser.get("/rules/?q=lakh").content.decode()

    assert "Tariq Mehmood" in page
    assert "As our customers count" in page
    assert "Holds now" in page
    assert rule_of("calendar.half_days").label in page
    assert rule_of("calendar.half_days").label not in found


def test_the_page_sets_plans_takes_back_and_sets_again(cast, as_person, client_of):
    browser, today = client_of(cast.owner), clock.today()
    url = "/rules/set/"

    def post(value, day, seen):
        return browser.post(url, {"key": LAKH, "value": value, "starts_on": day.isoformat(), "seen": seen})

    assert post("on", today, 0).status_code == 302
    assert post("", today + 9 * DAY, 0).status_code == 409  # looked at before the first
    with as_person(cast.owner):
        first = Setting.objects.get()
    assert post("", today + 9 * DAY, first.pk).status_code == 302
    with as_person(cast.owner):
        planned = Setting.objects.get(starts_on__gt=today)
    assert browser.post(f"/rules/withdraw/{planned.pk}/").status_code == 302
    assert browser.post("/rules/set-back/", {"key": LAKH, "to": ""}).status_code == 302
    with as_person(cast.owner):
        assert setting(LAKH, on=today + 20 * DAY) is False
    assert browser.post("/rules/set-back/", {"key": LAKH, "to": first.pk}).status_code == 302
    with as_person(cast.owner):
        assert setting(LAKH) is True
    assert post("on", today - DAY, "").status_code == 422
    assert browser.post(url, {"key": "no.rule"}).status_code == 404


def test_who_may_set_only_some_sees_the_others_without_a_form(cast, client_of):
    browser = client_of(cast.manager)

    assert "Set it" not in browser.get("/rules/?open=money.lakh").content.decode()
    assert "Set it" in browser.get("/rules/?open=calendar.half_days").content.decode()
    assert browser.post("/rules/set/", {"key": LAKH, "value": "on", "starts_on": clock.today()}).status_code == 422
    assert client_of(cast.agent).get("/rules/").status_code == 403
