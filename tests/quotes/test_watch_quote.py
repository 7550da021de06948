"""A quote is watched from its page, as an order is."""

import pytest

from ops.notices.models import Watch
from tests.quotes import offers


@pytest.mark.django_db
def test_the_page_of_a_quote_offers_to_watch_it(cast, client_of, as_person):
    quote = offers.draft(cast.agent)
    browser = client_of(cast.manager)
    assert f"/notices/watch/quote/{quote.pk}/" in browser.get(f"/quotes/{quote.pk}/").content.decode()

    browser.post(f"/notices/watch/quote/{quote.pk}/", {"watch": "yes"})

    with as_person(cast.manager):
        assert Watch.objects.filter(noun="quote", subject_id=quote.pk).exists()
    assert "Stop watching" in browser.get(f"/quotes/{quote.pk}/").content.decode()
