"""Many rows through one verb: only the ticked or filtered ones, each answers for itself, what was done goes back."""

import pytest
from django.db import DataError, connection
from django.http import QueryDict

from ops.boards import bulk
from ops.boards.ask import Ask
from ops.boards.declare import Batch, Verb
from ops.boards.filters import NotHere
from ops.errors import Refused
from orders.boards import ORDERS as BOARD
from orders.models import Order
from tests import make


def asked(person, query: str = "") -> Ask:
    return Ask.read(BOARD, person, QueryDict(query))


def verb(do, undo=None) -> Verb:
    return Verb("try", "Try", "tried", "zap", do, lambda user: [("yes", "Yes")], "Try them?", undo)


def test_ticked_rows_are_meant_and_never_somebody_elses(cast, as_person):
    mine, theirs = make.order(cast.agent), make.order(cast.other_agent)
    with as_person(cast.agent):
        posted = QueryDict(f"pk={theirs.pk}&pk={mine.pk}&pk=%D9%A3&pk=x")

        assert bulk.picked(asked(cast.agent), posted) == [mine.pk]
        with pytest.raises(Refused, match=r"^No order was picked\.$"):
            bulk.picked(asked(cast.agent), QueryDict(f"pk={theirs.pk}"))


def test_all_means_the_rows_under_the_filter(cast, as_person):
    rushed, _calm = make.order(cast.agent, rush=True), make.order(cast.agent)
    with as_person(cast.agent):
        assert bulk.picked(asked(cast.agent, "rush=1"), QueryDict("all=1")) == [rushed.pk]


def test_more_than_fit_are_refused_with_how_many_do(cast, as_person, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 1)
    make.order(cast.agent)
    make.order(cast.agent)
    with as_person(cast.agent), pytest.raises(Refused, match=r"^More than 1 orders at once are too many\. Narrow"):
        bulk.picked(asked(cast.agent), QueryDict("all=1"))


def test_a_verb_of_another_role_is_not_here(cast, as_person):
    with as_person(cast.finance), pytest.raises(NotHere, match="Your role cannot do that to orders"):
        bulk.verb_of(asked(cast.finance), "move")
    with as_person(cast.agent):
        assert bulk.verb_of(asked(cast.agent), "move").label == "Move"


def test_a_choice_that_is_not_offered_is_refused_at_its_field(cast, as_person):
    with as_person(cast.agent), pytest.raises(Refused) as caught:
        bulk.carry_out(BOARD, verb(lambda row, by, choice: ""), [1], cast.agent, "no")

    assert (caught.value.sentence, caught.value.field) == ("Choose one of the list.", "choice")


def test_a_batch_begins_with_the_rows_in_order_and_only_with_what_is_offered(cast, as_person):
    batch = Batch(
        "print", "Print", "printer", lambda pks, by, choice: f"/{choice}/{pks}", lambda user: [("a4", "A4")], "Print?"
    )
    with as_person(cast.agent):
        assert bulk.begin(batch, [3, 1, 2], cast.agent, "a4") == "/a4/[1, 2, 3]"
        with pytest.raises(Refused, match=r"^Choose one of the list\.$"):
            bulk.begin(batch, [1], cast.agent, "a5")


def test_each_row_answers_for_itself_and_what_was_done_stays_done(cast, as_person):
    first, second, third = (make.order(cast.agent) for _ in range(3))

    def note(row, by, choice):
        Order.objects.filter(pk=row.pk).update(production_note="tried")
        if row.pk == second.pk:
            raise Refused("This one not.")
        if row.pk == third.pk:
            Order.objects.filter(pk=row.pk).update(number="SO-0")
        return f"was {row.version}"

    with as_person(cast.agent):
        outcome = bulk.carry_out(BOARD, verb(note), [third.pk, 999_999_999, first.pk, second.pk], cast.agent, "yes")
        notes = dict(Order.objects.values_list("pk", "production_note"))

    assert outcome.done == [(first.pk, first.number, f"was {first.version}")]
    assert outcome.tokens == f"{first.pk}:was {first.version}"
    assert [(one.pk, one.name) for one in outcome.refused] == [
        (second.pk, second.number), (third.pk, third.number), (999_999_999, "One order")
    ]  # fmt: skip
    whys = [one.why for one in outcome.refused]
    assert (whys[0], whys[2]) == ("This one not.", "is not yours to change any more.")
    assert whys[1].endswith(".")
    assert (notes[first.pk], notes[second.pk], notes[third.pk]) == ("tried", "", "")


def test_a_fault_that_is_no_refusal_ends_the_whole(cast, as_person):
    order = make.order(cast.agent)

    def breaks(row, by, choice):
        with connection.cursor() as cursor:
            cursor.execute("select 'x'::int")

    with as_person(cast.agent), pytest.raises(DataError):
        bulk.carry_out(BOARD, verb(breaks), [order.pk], cast.agent, "yes")


def test_taking_back_gives_each_row_its_own_token_and_passes_over_nonsense(cast, as_person):
    first, second = make.order(cast.agent), make.order(cast.agent)
    given = []
    act = verb(lambda row, by, choice: "", lambda row, by, token: given.append((row.pk, token)))

    with as_person(cast.agent):
        outcome = bulk.take_back(BOARD, act, f"{second.pk}:b,x:y,{'9' * 30}:z,,{first.pk}:a:c", cast.agent)

    assert given == [(first.pk, "a:c"), (second.pk, "b")]
    assert outcome.done == [(first.pk, first.number, ""), (second.pk, second.number, "")]
    assert outcome.refused == []


def test_a_verb_without_a_way_back_cannot_be_taken_back(cast):
    with pytest.raises(NotHere, match="cannot be taken back"):
        bulk.take_back(BOARD, verb(lambda row, by, choice: ""), "1:x", cast.agent)
