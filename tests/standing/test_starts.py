"""What a board opens with: one's own start, else the role's, as far as one's rights reach (X2)."""

import pytest
from django.db import connection
from django.db.utils import Error as DatabaseError

from ops.db.actor import acting_as, for_user
from ops.models import Event
from ops.standing.models import Start
from tests.orders.reading import page, rows_in


def start(client, query, board="orders:order_list", on="1", **more):
    return client.post("/views/start/", {"page": board, "query": query, "on": on, **more})


def role_start(client, role, query, board="orders:order_list", on="1"):
    return client.post("/views/role-start/", {"page": board, "query": query, "role": role, "on": on})


def opens(client, path="/orders/list/"):
    answer = client.get(path)
    return answer["Location"] if answer.status_code == 302 else "plain"


def test_without_a_start_a_board_opens_with_everything(cast, client_of, shop):
    assert opens(client_of(cast.agent)) == "plain"
    assert opens(client_of(cast.agent), "/orders/") == "plain"


def test_ones_own_start_is_used_at_the_next_open_and_of_that_page_only(cast, client_of, shop):
    client = client_of(cast.agent)

    answer = start(client, "?rush=1")

    assert answer["Location"] == "/orders/list/?rush=1"
    assert opens(client) == "/orders/list/?rush=1"
    assert opens(client, "/orders/") == "plain"
    assert opens(client_of(cast.other_agent)) == "plain"


def test_everything_is_one_step_away_from_a_start(cast, client_of, shop):
    client = client_of(cast.agent)
    start(client, "?rush=1")

    html = page(client, "/orders/list/?rush=1")
    everything = page(client, "/orders/list/?every=1")

    assert 'href="/orders/list/?every=1"' in html  # the tab All
    assert 'href="?every=1"' in html  # the chip that takes the filter away
    assert shop["calm"].pk in rows_in(everything)
    assert opens(client, "/orders/list/?q=&stage=") == "/orders/list/?every=1"  # the filter form, emptied


def test_a_role_opens_with_what_was_decided_for_it_and_ones_own_start_wins(cast, client_of, shop):
    agent, manager = client_of(cast.agent), client_of(cast.manager)

    decided = role_start(manager, "sales_agent", "?rush=1")

    assert decided.status_code == 302
    assert opens(agent) == "/orders/list/?rush=1"
    assert opens(client_of(cast.finance)) == "plain"
    start(agent, "?held=1")
    assert opens(agent) == "/orders/list/?held=1"
    assert opens(client_of(cast.other_agent)) == "/orders/list/?rush=1"
    start(agent, "?every=1")
    assert opens(agent) == "plain"  # everything, chosen by oneself, wins too
    start(agent, "?every=1", on="0")
    assert opens(agent) == "/orders/list/?rush=1"


def test_who_may_not_decide_for_roles_does_not(cast, client_of, shop):
    for person in (cast.agent, cast.production, cast.finance, cast.accountant, cast.sysadmin):
        assert role_start(client_of(person), "sales_agent", "?rush=1").status_code == 403
        with acting_as(for_user(person)), connection.cursor() as cursor, pytest.raises(DatabaseError):
            cursor.execute("savepoint s")
            try:
                cursor.execute(
                    "insert into standing_start (role_id, board, query, name)"
                    " values ('sales_agent', 'orders:order_list', 'rush=1', 'x')"
                )
            finally:
                cursor.execute("rollback to s")
    assert opens(client_of(cast.agent)) == "plain"


def test_nobody_writes_a_start_of_somebody_else_in_the_database(cast, shop):
    with (
        acting_as(for_user(cast.agent)),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="row-level"),
    ):
        cursor.execute(
            "insert into standing_start (person_id, board, query, name) values (%s, 'orders:order_list', '', 'x')",
            [cast.other_agent.pk],
        )


def test_a_start_of_the_role_that_ones_rights_do_not_reach_is_passed_over(cast, client_of, shop):
    """Costs are not the agent's to filter by: the page opens as if nothing had been decided."""
    role_start(client_of(cast.manager), "sales_agent", "?costed=1")

    assert opens(client_of(cast.agent)) == "plain"


def test_ending_it_for_a_role_and_both_are_on_record(cast, client_of, shop, as_person):
    manager = client_of(cast.manager)
    role_start(manager, "sales_agent", "?rush=1")
    role_start(manager, "sales_agent", "?rush=1", on="0")
    role_start(manager, "sales_agent", "?rush=1", on="0")

    assert opens(client_of(cast.agent)) == "plain"
    with as_person(cast.manager):
        kinds = list(Event.objects.filter(noun="start").order_by("pk").values_list("kind", "data__role"))
        assert kinds == [("start.role_set", "Sales agent"), ("start.role_ended", "Sales agent")]
        assert not Start.objects.exists()


def test_the_menu_says_what_holds_and_offers_roles_to_who_decides(cast, client_of, shop):
    role_start(client_of(cast.manager), "sales_agent", "?rush=1")
    address = "/views/menu/?page=orders:order_list&query=%3Frush%3D1"

    agent, manager = page(client_of(cast.agent), address), page(client_of(cast.manager), address)

    assert "Your role opens with “Rush”." in agent
    assert "Open with this from now on" in agent
    assert "role-start" not in agent
    assert 'value="sales_agent"' in manager
    assert 'value="system_admin"' not in manager  # sees no orders: has nothing to open


@pytest.mark.parametrize("board", ["orders:order_detail", "nowhere", "", "admin:index", "customers:customer_list"])
def test_only_a_board_that_one_sees_has_a_start(cast, client_of, shop, board):
    assert start(client_of(cast.production), "", board).status_code == 404


def test_a_filter_that_is_none_is_refused(cast, client_of, shop):
    assert start(client_of(cast.agent), "?costed=1").status_code in {404, 422}
    assert opens(client_of(cast.agent)) == "plain"
