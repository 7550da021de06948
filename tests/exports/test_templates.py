"""Templates of exports: kept with their columns, used by everybody for their own rows, locked in the database (C21)."""

import csv
import io

import pytest
import python_calamine
from django.db import connection
from django.db.utils import Error as DatabaseError

from ops.db.actor import acting_as, for_user
from ops.exports.models import Template

WORDS = {"days": "dmy", "decimal": ",", "separator": ";"}


def template(owner, keys=("number", "amount"), heads=("Bestellnummer", "Betrag"), **more):
    with acting_as(for_user(owner)):
        return Template.objects.create(
            owner=owner, board="orders", name=more.pop("name", "For the books"), keys=list(keys), heads=list(heads),
            **more,
        )  # fmt: skip


def typed(columns, name="For the books", **more):
    """What the form sends: `columns` are (key, head) of those in the file, in order."""
    return {
        "name": name, "column": [key for key, _ in columns], "on": [key for key, _ in columns],
        **{f"head_{key}": head for key, head in columns}, **WORDS, **more,
    }  # fmt: skip


def kept_by(person):
    with acting_as(for_user(person)):
        return list(Template.objects.filter(owner=person))


def lines(response, separator=","):
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def test_a_template_is_made_and_the_file_is_written_by_it(cast, client_of, shop):
    client = client_of(cast.agent)

    kept = client.post(
        "/exports/new/?board=orders", typed([("placed", "Datum"), ("number", "Nr."), ("amount", "Betrag")])
    )
    [made] = kept_by(cast.agent)
    response = client.get(f"/orders/export/?rush=1&template={made.pk}&as=csv")

    assert kept["Location"] == "/exports/"
    assert (made.keys, made.heads) == (["placed", "number", "amount"], ["Datum", "Nr.", "Betrag"])
    head, row = lines(response, ";")
    assert head == ["Datum", "Nr.", "Betrag"]
    assert row[0].startswith(f"{shop['rush'].placed_on:%d/%m/%Y}")
    assert row[1:] == [shop["rush"].number, "2501"]
    assert response["Content-Disposition"].startswith('attachment; filename="for-the-books-all-to-')


def test_decimals_of_a_csv_are_written_as_the_template_says(cast, client_of, shop):
    from decimal import Decimal

    from orders import actions
    from tests import make

    order = make.order(cast.agent, lines=(actions.LineInput("Chair", Decimal(1), Decimal("1234.5")),))
    kept = template(cast.agent, decimal=",", separator=";")

    rows = lines(client_of(cast.agent).get(f"/orders/export/?q={order.number}&template={kept.pk}&as=csv"), ";")

    assert rows[1] == [order.number, "1234,5"]


def test_a_shared_template_gives_each_person_their_own_rows_and_columns(cast, client_of, shop):
    kept = template(cast.manager, ("number", "customer", "amount"), ("Order", "Buyer", "Amount"), shared=True)

    agent = lines(client_of(cast.agent).get(f"/orders/export/?template={kept.pk}&as=csv"))
    floor = lines(client_of(cast.production).get(f"/orders/export/?template={kept.pk}&as=csv"))

    assert agent[0] == ["Order", "Buyer", "Amount"]
    assert [row[0] for row in agent[1:]] == [shop["rush"].number]
    assert floor[0] == ["Order"]  # neither customers nor money for the floor
    assert "2 more are not yours to see" in client_of(cast.production).get("/exports/").content.decode()


@pytest.mark.parametrize("whose", ["manager", "other_agent"])
def test_a_template_of_ones_own_is_nobody_elses(cast, client_of, shop, whose):
    kept, stranger = template(cast.agent), client_of(getattr(cast, whose))

    assert stranger.get(f"/orders/export/?template={kept.pk}&as=csv").status_code == 404
    assert stranger.get(f"/exports/{kept.pk}/").status_code == 404
    assert stranger.post(f"/exports/{kept.pk}/drop/").status_code == 404
    assert "For the books" not in stranger.get("/exports/").content.decode()
    assert kept_by(cast.agent) == [kept]


def test_a_shared_template_is_changed_by_its_owner_alone(cast, client_of, shop):
    kept = template(cast.manager, shared=True)
    client = client_of(cast.agent)

    assert client.get(f"/exports/{kept.pk}/").status_code == 404
    assert client.post(f"/exports/{kept.pk}/", typed([("number", "Mine")])).status_code == 404
    with acting_as(for_user(cast.agent)), connection.cursor() as cursor:
        cursor.execute("update exports_template set heads = '{Mine,Too}' where id = %s", [kept.pk])
        assert cursor.rowcount == 0


def test_its_owner_changes_it_and_it_stays_theirs(cast, client_of, shop):
    kept = template(cast.manager)
    client = client_of(cast.manager)
    assert client.get(f"/exports/{kept.pk}/").status_code == 200

    said = typed([("amount", "Summe"), ("number", "Nr.")], name="For the taxes", shared="on")
    answer = client.post(f"/exports/{kept.pk}/", said)

    assert answer["Location"] == "/exports/"
    [now] = kept_by(cast.manager)
    assert (now.pk, now.board, now.name, now.shared) == (kept.pk, "orders", "For the taxes", True)
    assert (now.keys, now.heads, now.days) == (["amount", "number"], ["Summe", "Nr."], "dmy")


def test_a_step_up_changes_the_order_and_keeps_what_was_typed(cast, client_of, shop):
    said = typed([("number", "Nr."), ("stage", "Stand")], name="Half typed", up="stage")

    answer = client_of(cast.agent).post("/exports/new/?board=orders", said)
    html = answer.content.decode()

    assert answer.status_code == 200
    assert html.index('value="stage"') < html.index('value="number"')
    assert 'value="Half typed"' in html
    assert 'value="Nr."' in html
    assert kept_by(cast.agent) == []


@pytest.mark.parametrize(
    ("columns", "more", "said"),
    [
        ([], {}, "Choose at least one column."),
        ([("number", " ")], {}, "What is Order called in the file? Give it a head."),
        ([("number", "No"), ("stage", "no")], {}, "Two columns are called “no”. Give one another head."),
        ([("number", "x" * 61)], {}, "The head of Order is 61 letters long; 60 fit."),
        ([("number", "No")], {"separator": ","}, "The comma already parts decimals. Choose a semicolon or a tab."),
        ([("number", "No")], {"name": ""}, "This field is required."),
    ],
)
def test_what_makes_no_file_is_said_in_place(cast, client_of, shop, columns, more, said):
    answer = client_of(cast.agent).post("/exports/new/?board=orders", typed(columns, **more))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert kept_by(cast.agent) == []


def test_a_name_is_taken_once_by_each_person(cast, client_of, shop):
    template(cast.agent)

    again = client_of(cast.agent).post("/exports/new/?board=orders", typed([("number", "No")]))
    other = client_of(cast.manager).post("/exports/new/?board=orders", typed([("number", "No")]))

    assert again.status_code == 422
    assert "You have a template of that name for this list." in again.content.decode()
    assert other.status_code == 302


def test_dropping_a_template_twice_is_dropping_it(cast, client_of, shop):
    kept, client = template(cast.agent), client_of(cast.agent)

    assert client.post(f"/exports/{kept.pk}/drop/").status_code == 302
    assert client.post(f"/exports/{kept.pk}/drop/").status_code == 404
    gone = client.get(f"/orders/export/?template={kept.pk}&as=csv")
    assert gone.status_code == 404
    assert "This export template is gone" in gone.content.decode()


def test_the_menu_of_a_list_offers_the_templates_for_the_filter_on_screen(cast, client_of, shop):
    kept = template(cast.manager, shared=True)

    html = client_of(cast.agent).get("/exports/menu/?board=orders&query=?rush=1").content.decode()

    assert f"/orders/export/?rush=1&amp;template={kept.pk}&amp;as=csv" in html
    assert client_of(cast.production).get("/exports/menu/?board=customers").status_code == 404


def test_a_file_says_where_it_is_from(cast, client_of, shop):
    """C27: the moment, the filter, who took it, and the way back to the live list."""
    kept = template(cast.agent, says_origin=True)
    client = client_of(cast.agent)

    book = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(client.get("/orders/export/?rush=1&as=xlsx").getvalue())
    )
    about = {row[0]: row[1] for row in book.get_sheet_by_name("About this file").to_python()}
    first, blank, head, *rows = lines(client.get(f"/orders/export/?rush=1&template={kept.pk}&as=csv"))

    assert (about["What"], about["Filter"], about["Taken by"]) == ("Orders", "Rush", cast.agent.name)
    assert about["Live at"] == "https://shop.example/orders/list/?rush=1"
    assert about["As of"].endswith("Asia/Karachi")
    assert first[0].startswith("What: Orders · Filter: Rush · As of: ")
    assert (blank, head, len(rows)) == ([], ["Bestellnummer", "Betrag"], 1)


@pytest.mark.parametrize(
    "broken",
    [
        "insert into exports_template (owner_id, board, name, shared, keys, heads, days, decimal, separator,"
        " says_origin) values ({other}, 'orders', 'Planted', true, '{{number}}', '{{Order}}', 'iso', '.', ',', false)",
        "update exports_template set owner_id = {other}",
        "update exports_template set keys = '{{}}', heads = '{{}}'",
        "update exports_template set heads = '{{One,Two,Three}}'",
    ],
)
def test_the_database_keeps_templates_whole_and_their_owners(cast, shop, broken):
    kept = template(cast.agent)

    with acting_as(for_user(cast.agent)), connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(broken.format(other=cast.other_agent.pk))

    assert kept.pk
