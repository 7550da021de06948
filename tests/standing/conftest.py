"""A shop whose mails have addresses."""

import pytest

from tests import make


@pytest.fixture
def origin(settings) -> str:
    settings.ORIGIN = "https://shop.example"
    return settings.ORIGIN


@pytest.fixture
def shop(cast):
    return {
        "rush": make.order(cast.agent, name="Ayesha Siddiqui", rush=True),
        "calm": make.order(cast.agent, name="Imran Yousaf"),
        "other": make.order(cast.other_agent, name="Nida Hassan", rush=True),
        "made": make.order_in("in_production", cast.agent, cast.production, name="Hira Khan", rush=True),
    }
