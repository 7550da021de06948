"""The history on a quote's page reads as the rest of the app does."""

from datetime import date

import pytest
from django.db import transaction

from ops.db.actor import acting_as, for_user
from ops.templatetags.ops import day
from orders.quotes import actions
from tests.quotes import offers

pytestmark = pytest.mark.django_db


def test_a_day_that_was_changed_reads_as_days_do(cast, client_of):
    first, then = date(2031, 3, 4), date(2031, 3, 9)
    quote = offers.draft(cast.agent, valid_until=first)
    with acting_as(for_user(cast.agent, request="edit")), transaction.atomic():
        actions.edit_draft(quote, offers.offer(valid_until=then), by=cast.agent)

    page = client_of(cast.agent).get(f"/quotes/{quote.pk}/").content.decode()

    assert (day(first), day(then)) == ("4 Mar 2031", "9 Mar 2031")
    assert "valid until: <del>4 Mar 2031</del> → <ins>9 Mar 2031</ins>" in page
    assert "2031-03" not in page
