"""A target that is nearly reached never reads as if it were."""

from decimal import Decimal

import pytest

from analytics.queries import share_words


@pytest.mark.parametrize(
    ("share", "words"),
    [("99.8", "99.8 %"), ("99.99", "99.9 %"), ("100", "100 %"), ("98.6", "99 %"), ("104.4", "104 %"), ("0", "0 %")],
)
def test_only_what_is_reached_reads_as_all_of_it(share, words):
    assert share_words(Decimal(share)) == words
