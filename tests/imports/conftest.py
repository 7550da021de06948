"""What is drawn here must be read back exactly; how fast a busy machine draws it is not what is asked."""

import pytest
from hypothesis import HealthCheck, settings

from ops.imports import work
from ops.imports.models import ImportBatch
from ops.progress import actions as progress

settings.register_profile("reading", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("reading")


@pytest.fixture
def browser(client_of, cast):
    return client_of(cast.manager)


@pytest.fixture
def last(cast, as_person):
    def found(by=None) -> ImportBatch:
        with as_person(by or cast.manager):
            return ImportBatch.objects.order_by("-pk")[0]

    return found


@pytest.fixture
def large(monkeypatch):
    """Every file is a worker's, and no queue takes the work by itself."""
    monkeypatch.setattr(work, "AT_ONCE_BYTES", 10)
    monkeypatch.setattr(work, "AT_ONCE_ROWS", 0)
    monkeypatch.setattr(work, "AT_ONCE_UNDONE", 0)
    monkeypatch.setattr(progress, "_to_queue", lambda pk: None)
