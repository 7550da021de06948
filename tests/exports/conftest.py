"""A shop with an address, so that files say where they are from."""

import pytest

from tests import make


@pytest.fixture
def shop(cast, settings):
    settings.ORIGIN = "https://shop.example"
    return {
        "rush": make.order(cast.agent, name="Ayesha Siddiqui", rush=True),
        "other": make.order(cast.other_agent, name="Nida Hassan"),
    }
