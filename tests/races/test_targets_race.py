"""Two managers set the same target at once: one is taken, the other is told."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from analytics import actions
from analytics.models import Target
from ops.db.actor import acting_as, for_user
from ops.errors import Conflict, Refused, refusal_of
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def sets(by, agent, month, amount, was):
    def run():
        try:
            with acting_as(for_user(by)), transaction.atomic():
                return actions.set_targets(month, [actions.Cell(agent.pk, "revenue", Decimal(amount), was)], by=by)
        except IntegrityError as error:
            raise refusal_of(error) from error

    return run


def test_of_two_who_set_the_same_target_one_wins_and_the_other_is_told(cast):
    for turn in range(20):
        month = date(2024 + turn // 12, 1 + turn % 12, 1)

        first = together(sets(cast.manager, cast.agent, month, 10, None), sets(cast.admin, cast.agent, month, 20, None))
        assert sum(one == 1 for one in first) == 1
        assert sum(isinstance(one, Refused) for one in first) == 1

        with acting_as(for_user(cast.manager)):
            now = Target.objects.get(month=month).amount
        assert now == (10 if first[0] == 1 else 20)
        later = together(sets(cast.manager, cast.agent, month, 30, now), sets(cast.admin, cast.agent, month, 40, now))
        assert sum(one == 1 for one in later) == 1
        assert sum(isinstance(one, Conflict) for one in later) == 1
