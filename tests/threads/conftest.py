"""A thread of an order that the agent has in production, and what raw SQL as somebody's role sees."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from ops.threads import actions
from ops.threads.models import Message
from tests import make


@pytest.fixture(autouse=True)
def shelves(tmp_path: Path, settings) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def order(cast):
    return make.order_in("in_production", cast.agent, cast.production, phone="+923001112233")


@pytest.fixture
def write(order, as_person) -> Callable[..., Message]:
    def written(by, text="words", visibility="internal", of=None, **more: Any) -> Message:
        subject = of or order
        with as_person(by):
            return actions.write(
                text, by=by, noun=subject._meta.model_name, subject=subject, visibility=visibility, **more
            ).message

    return written


@pytest.fixture
def raw(as_person) -> Callable[..., Any]:
    """Rows or a count; None where the table is not even to be asked."""

    def asked(by, sql: str, *values: Any) -> Any:
        with as_person(by):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(sql, values)
                    return cursor.fetchall() if cursor.description else cursor.rowcount
            except ProgrammingError as denied:
                assert "permission denied" in str(denied)
                return None

    return asked
