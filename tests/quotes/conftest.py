"""Time for quotes: the owner lets the last day of one pass, which nobody who signs in can."""

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection


@pytest.fixture
def past_day(transactional_db):
    def passed(quote) -> None:
        address = urlsplit(os.environ["OPS_SUPER_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        with psycopg.connect(urlunsplit(address), autocommit=True) as superuser:
            superuser.execute("set session_replication_role = replica")
            superuser.execute(
                "update quotes_quoteversion set valid_until = current_date - 3 where quote_id = %s", [quote.pk]
            )
            superuser.execute("update quotes_quote set valid_until = current_date - 3 where id = %s", [quote.pk])

    return passed
