"""Two people merging the same customers at the same moment, and an order that comes meanwhile."""

import pytest
from django.db import transaction

from customers import merge_actions as merging
from customers.models import Customer, CustomerMerge
from ops.db.actor import acting_as, for_user
from ops.errors import Refused
from orders.models import Order
from tests import make
from tests.races.together import in_step, together

pytestmark = pytest.mark.django_db(transaction=True)


def known(by, number: int, phone: str) -> int:
    with transaction.atomic():
        return make.order(by, name=f"Sadia {number}", phone=phone).customer_id


def merges(person, way):
    """A verb that merges a pair of ids, one way or the other."""

    def merge(pair):
        kept, gone = pair[:: -1 if way else 1]
        with acting_as(for_user(person)), transaction.atomic():
            both = Customer.objects.in_bulk([kept, gone])
            return merging.merge_customers(both[kept], both[gone], by=person).pk

    return merge


def test_of_two_who_merge_the_same_pair_one_wins_and_the_other_is_told(cast):
    pairs = [(known(cast.agent, n, f"+9230011{n:05}"), known(cast.agent, n, f"+9230022{n:05}")) for n in range(10)]

    first, second = in_step(pairs, merges(cast.manager, 0), merges(cast.admin, 1))

    for one, other in zip(first, second, strict=True):
        assert sorted([isinstance(one, Refused), isinstance(other, Refused)]) == [False, True]
        [refused] = [found for found in (one, other) if isinstance(found, Refused)]
        assert "was merged into Sadia" in refused.sentence
    with acting_as(for_user(cast.manager)):
        assert CustomerMerge.objects.count() == 10
        assert Order.objects.exclude(customer__merged_into=None).count() == 0
        assert Customer.objects.exclude(merged_into=None).count() == 10


def test_a_circle_of_three_merged_at_once_ends_with_nobody_lost(cast):
    a, b, c = (known(cast.agent, n, f"+9230033{n:05}") for n in range(3))

    together(*(lambda pair=pair: merges(cast.manager, 0)(pair) for pair in ((a, b), (b, c), (c, a))))

    with acting_as(for_user(cast.manager)):
        whole = Customer.objects.filter(pk__in=(a, b, c), merged_into=None)
        assert whole.count() >= 1
        assert Order.objects.filter(customer__in=whole).count() == 3
        assert Customer.objects.filter(merged_into__merged_into__isnull=False).count() == 0


def test_an_order_that_comes_while_its_customer_is_merged_is_the_kept_ones(cast):
    pairs = [(known(cast.agent, n, f"+9230044{n:05}"), known(cast.agent, n, f"+9230055{n:05}")) for n in range(10)]

    def receives(pair):
        number = pairs.index(pair)
        with acting_as(for_user(cast.agent)), transaction.atomic():
            return make.order(cast.agent, name="Sadia", phone=f"+9230055{number:05}").pk

    merged, received = in_step(pairs, merges(cast.manager, 0), receives)

    assert not any(isinstance(found, Refused) for found in (*merged, *received))
    with acting_as(for_user(cast.manager)):
        for (kept, _), order in zip(pairs, received, strict=True):
            assert Order.objects.get(pk=order).customer_id == kept


def test_of_two_who_undo_the_same_merge_one_wins(cast):
    pair = (known(cast.agent, 1, "+923006600001"), known(cast.agent, 2, "+923006600002"))
    merge = merges(cast.manager, 0)(pair)

    def undoes(person):
        def undo():
            with acting_as(for_user(person)), transaction.atomic():
                merging.undo_merge(CustomerMerge.objects.get(pk=merge), by=person)

        return undo

    results = together(undoes(cast.manager), undoes(cast.admin))

    [refused] = [found for found in results if isinstance(found, Refused)]
    assert refused.sentence == "This merge cannot be undone: This merge has been undone."
