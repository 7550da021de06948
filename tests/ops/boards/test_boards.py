"""What every declared board promises, whatever its noun: parts are the rows, sorts and tabs work, files match."""

import csv
import io

import pytest
from django.http import QueryDict
from django.urls import reverse

from ops.boards import BOARDS
from ops.boards.ask import Ask
from ops.boards.filters import NotHere
from ops.boards.lists import page_of
from orders import actions
from tests import make
from tests.cast import PEOPLE


@pytest.fixture
def shop(cast, as_person):
    make.order(cast.agent, name="Ayesha Siddiqui")
    shared = make.order_in("in_production", cast.other_agent, cast.production, name="Nida Hassan")
    with as_person(cast.other_agent):
        actions.share_order(shared, by=cast.other_agent, colleague=cast.agent)
    with as_person(cast.agent):
        own = make.order(cast.agent, name="Shared with oneself")
        actions.share_order(own, by=cast.agent, colleague=cast.agent)


def asked(board, person, query=""):
    try:
        return Ask.read(board, person, QueryDict(query))
    except NotHere:
        return None


@pytest.mark.parametrize("name", PEOPLE)
def test_the_parts_of_a_board_are_its_rows_once_each(cast, as_person, shop, name):
    person = getattr(cast, name)

    for board in BOARDS.values():
        if not person.scopes or not set(person.scopes) & set(board.scopes):
            continue
        with as_person(person):
            ask = asked(board, person)
            in_parts = [pk for part in ask.parts for pk in part.rows.values_list("pk", flat=True)]
            assert sorted(in_parts) == sorted(ask.rows.values_list("pk", flat=True))
            assert sorted(page_of(ask)[0]) == sorted(in_parts)


@pytest.mark.parametrize("name", PEOPLE)
def test_every_sort_of_every_board_gives_the_same_rows(cast, as_person, shop, name):
    person = getattr(cast, name)

    for board in BOARDS.values():
        if not set(person.scopes) & set(board.scopes):
            continue
        with as_person(person):
            wanted = sorted(board.rows(person).values_list("pk", flat=True))
            for column in board.columns_for(frozenset(person.scopes)):
                for sort in (column.key, f"-{column.key}") if column.sort else ():
                    assert sorted(page_of(asked(board, person, f"sort={sort}"))[0]) == wanted


def test_every_board_takes_away_the_columns_it_shows(cast, client_of, shop):
    client = client_of(cast.admin)

    for board in BOARDS.values():
        body = client.get(reverse(board.url("export"))).getvalue().decode("utf-8-sig")
        head, *rows = csv.reader(io.StringIO(body))
        assert head == [column.label for column in board.columns_for(frozenset(cast.admin.scopes))]
        assert rows or board.name not in {"orders", "people"}  # the shop of these tests has nothing else


def test_every_tab_that_ships_can_be_read_by_somebody(cast, as_person):
    for board in BOARDS.values():
        with as_person(cast.admin):
            assert all(asked(board, cast.admin, view.query) for view in (*board.views, *board.board_views))


def test_the_list_of_people_is_found_by_name_role_and_whether_they_sign_in(cast, client_of):
    client = client_of(cast.agent)

    found = client.get("/people/?q=hamza").content.decode()
    makers = client.get("/people/?role=production&active=1").content.decode()

    assert "Hamza Sheikh" in found
    assert "Nadia Malik" not in found
    assert "Bilal Shah" in makers
    assert "Nadia Malik" not in makers
    assert client.get("/people/?active=0").content.decode().count('id="row-') == 0
