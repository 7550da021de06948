"""What the roles page says is what the database does: compared with its own answers, and with what was tried out."""

import re
from importlib.util import find_spec

import pytest
from django.apps import apps

from ops.access import policies
from ops.access.roles import policybook
from tests.generated import matrix
from tests.generated.conftest import as_owner_in_django, web, world

__all__ = ["as_owner_in_django", "web", "world"]

# What a guard, and not a policy, takes from 'all': the page says the policy, and the guard its own sentence.
_ROW = re.compile(r"^  (\w+) +(\S+) +(\S+) +(\S+) +(.+?)$")


def tried() -> dict[str, dict[str, dict[str, tuple[str, frozenset[str]]]]]:
    """tests/generated/matrix.txt as data: person, table, operation, (extent, columns)."""
    found: dict[str, dict[str, dict[str, tuple[str, frozenset[str]]]]] = {}
    who = ""
    for line in matrix.FILE.read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            who = line
            found[who] = {}
        elif (row := _ROW.match(line)) and row[1] not in {"select", "nothing"}:
            cells = dict(zip(policies.OPERATIONS, row.groups()[1:], strict=True))
            found[who][row[1]] = {
                operation: (
                    text.partition(" ")[0],
                    frozenset(re.sub(r"^.*\((.*)\)$", r"\1", text).split(", ")) if "(" in text else frozenset(),
                )
                for operation, text in cells.items()
            }
    return found


# Seen through the quote, by who knows the customer or the amounts.
LEANING = {"quotes_quoteanswer", "quotes_quoterecipient", "quotes_quotelineprice", "quotes_quotesale"}


@pytest.fixture
def shown(world, as_owner_in_django):
    live = policies.live()
    book = policybook()
    scopes = {key: frozenset(person.scopes) for key, person in world.people.items() if key != "other_agent"}
    scopes |= {role.key: role.scopes for role in book.system}
    return live, scopes


def test_the_page_says_what_the_matrix_tried(shown):
    """A missing right and the columns are equal cell for cell; 'all' was all rows, and 'none' was none."""
    live, scopes = shown
    found = tried()

    assert found.keys() == scopes.keys()
    wrong = []
    for who, held in scopes.items():
        page = live.matrix(held)
        trial = found[who]
        if "link" not in held and not any(scope.startswith("quotes_") for scope in held):
            # Their policies ask for the quote, which is refused to who has nothing to do with quotes.
            page, trial = ({table: row for table, row in one.items() if table not in LEANING} for one in (page, trial))
        if page.keys() != trial.keys():
            wrong.append(f"{who}: {page.keys() ^ trial.keys()}")
            continue
        for table, row in page.items():
            for operation, cell in row.items():
                extent, columns = trial[table][operation]
                same = (cell.extent == "-") == (extent == "-") and frozenset(cell.columns) == columns
                if operation == "select" and cell.extent == "all":
                    same = same and extent in {"all", "empty"}
                if cell.extent == "none":
                    same = same and extent in {"none", "empty"}
                if not same:
                    wrong.append(f"{who} {operation} {table}: the page says {cell}, tried: {extent} {set(columns)}")
    assert wrong == []


def test_the_page_says_what_the_database_grants(world, web, shown):
    live, scopes = shown
    wrong = []
    for who, held in scopes.items():
        role = world.who(who).db_role
        asked = [(table, right) for table in live.tables for right in policies.OPERATIONS]
        answer = web.attempt(
            None,
            "select t, r, case when r = 'update' then has_any_column_privilege(%s, 'public.' || quote_ident(t), r) else"
            " has_table_privilege(%s, 'public.' || quote_ident(t), r) end from unnest(%s::text[], %s::text[]) x(t, r)",
            [role, role, [table for table, _ in asked], [right for _, right in asked]],
        )
        assert answer.ok, answer.said
        for table, right, may in answer.rows:
            if may is not (live.may(table, held, right).extent != "-"):
                wrong.append(f"{who}: {right} {table} is {may} in the database")
    assert wrong == []


@pytest.mark.parametrize("who", ["admin", "agent", "production", "accountant", "stranger"])
def test_rows_that_the_page_calls_all_are_all_there(world, web, shown, who):
    """Real selects: every row where the page says all, no statement at all where it says nothing."""
    live, scopes = shown
    with world.owner() as owner:
        for table in ("orders_order", "orders_ordercosting", "customers_customer", "accounts_user", "ops_event"):
            cell = live.may(table, scopes[who], "select")
            seen, every = web.rows(world.who(who), table), owner.rows(None, table)
            assert (seen is None) == (cell.extent == "-"), table
            if cell.extent == "all":
                assert len(seen) == len(every), table


def test_a_policy_made_by_hand_shows_on_the_page(world, as_owner_in_django):
    """The page is printed from the database: what somebody adds there in psql is on it with the next look."""
    from django.db import connection, transaction

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                'create policy "the floor peeks" on orders_ordercosting for select to odt_s_orders_floor using (true)'
            )
            cursor.execute("grant select on orders_ordercosting to odt_s_orders_floor")
        live = policies.live()
        transaction.set_rollback(True)

    assert live.may("orders_ordercosting", {"orders_floor"}, "select").extent == "all"
    assert "the floor peeks" in [line.name for line in live.lines("orders_floor")]


def test_each_policy_reads_as_a_sentence(shown):
    live, _ = shown
    lines = {(line.subject, line.name): line for scope in policybook().every_scope for line in live.lines(scope)}

    assert lines["orders", "the floor works on its stages"].does == "changes (production note, stage)"
    assert lines["people", "colleagues know each other"].does == "sees"
    assert [name for _, name in lines if not re.match(r"^[A-Za-z].{7,}$", name)] == []


def test_every_table_is_called_as_people_say_it():
    """Python class names with an s behind them are no words; what an app calls its rows stands in its security.py."""
    ours = [
        model for model in apps.get_models()
        if not model.__name__.startswith("Historical") and find_spec(f"{model._meta.app_config.name}.security")
    ]  # fmt: skip
    said = {model._meta.db_table: policies.subject(model._meta.db_table) for model in ours}
    joined = {
        model._meta.db_table for model in ours
        if len(re.findall("[A-Z]", model.__name__)) > 1 and not model._meta.original_attrs.get("verbose_name_plural")
        and said[model._meta.db_table] == f"{model._meta.verbose_name}s"
    }  # fmt: skip

    assert said["customers_orderfigures"] == "figures of customers' orders"
    assert said["orders_ordersale"] == "amounts of orders"
    assert joined - {"ops_savedview"} == set()
    assert not [words for words in said.values() if re.search(r"(ss|chs|eds)$", words)]
