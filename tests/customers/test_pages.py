"""The pages of customers: what each person sees, edits in place, merging and undoing through the browser's forms."""

import pytest
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from customers import actions
from customers import merge_actions as merging
from customers.models import Customer, CustomerMerge
from tests import make


@pytest.fixture
def double(cast, as_person):
    """Ayesha once more, by another number."""
    with as_person(cast.manager), transaction.atomic():
        return actions.add_customer(by=cast.manager, name="Ayesha Sidiqui", phone="0301 4445566", city="Lahore")


def text_of(client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content[:400]
    return answer.content.decode()


def test_the_page_says_how_to_reach_them_and_what_happened(cast, client_of, ayesha, sold):
    sold(cast.agent, ayesha, "2026-01-01")

    page = text_of(client_of(cast.agent), f"/customers/{ayesha.pk}/")

    for said in (
        "Ayesha Siddiqui",
        "+923001112233",
        "ayesha@c.example",
        "Lahore",
        "added the customer",
        "of your orders",
    ):
        assert said in page


def test_a_stranger_finds_no_page_and_the_floor_no_customers(cast, client_of, ayesha):
    text_of(client_of(cast.other_agent), f"/customers/{ayesha.pk}/", 404)
    text_of(client_of(cast.production), f"/customers/{ayesha.pk}/", 403)
    text_of(client_of(cast.accountant), "/customers/", 403)
    assert "Ayesha" not in text_of(client_of(cast.other_agent), "/customers/")
    assert "Ayesha" not in text_of(client_of(cast.other_agent), "/customers/?q=ayesha")


def test_the_page_takes_fifteen_queries_at_most(cast, client_of, ayesha, sold):
    from django.db import connection

    for number in range(12):
        sold(cast.agent, ayesha, f"2026-01-{number + 1:02}")
    for person in (cast.agent, cast.manager):
        client = client_of(person)
        client.get(f"/customers/{ayesha.pk}/")
        with CaptureQueriesContext(connection) as queries:
            text_of(client, f"/customers/{ayesha.pk}/")
        asked = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= 15, "\n".join(sql[:150] for sql in asked)


def test_one_timeline_mixes_orders_and_changes_and_shows_one_kind_alone(cast, client_of, as_person, ayesha):
    from customers import editing

    order = make.order(cast.agent, name="Ayesha", phone="0300 1112233")
    with as_person(cast.agent):
        editing.edit_customer(ayesha, by=cast.agent, values={"city": "Multan"}, was={})
    client = client_of(cast.agent)

    both = text_of(client, f"/customers/{ayesha.pk}/").partition('id="story"')[2]
    orders = text_of(client, f"/customers/{ayesha.pk}/?kind=orders").partition('id="story"')[2]
    changes = text_of(client, f"/customers/{ayesha.pk}/?kind=changes").partition('id="story"')[2]

    assert "received the order" in both
    assert "added the customer; changed city" in both  # one transaction, one moment
    assert order.number in orders
    assert "changed city" not in orders
    assert "<del>Lahore</del> → <ins>Multan</ins>" in changes
    assert "received the order" not in changes


def test_a_long_timeline_comes_in_pages(cast, client_of, ayesha, sold):
    for _ in range(40):
        make.order(cast.agent, name="Ayesha", phone="0300 1112233", lines=(make.CHAIR,))
    client = client_of(cast.agent)

    first = text_of(client, f"/customers/{ayesha.pk}/?kind=orders")
    answer = client.get(f"/customers/{ayesha.pk}/story/?page=2&kind=orders", headers={"HX-Request": "true"})

    assert first.count("received the order") == 30
    assert answer.content.decode().count("received the order") == 10
    assert "Earlier" not in answer.content.decode()


def test_one_field_is_edited_where_it_stands(cast, client_of, ayesha):
    client = client_of(cast.agent)
    assert 'name="was_city" value="Lahore"' in text_of(client, f"/customers/{ayesha.pk}/?do=city")

    saved = client.post(f"/customers/{ayesha.pk}/edit/", {"field": "city", "city": "Multan", "was_city": "Lahore"})
    clash = client.post(f"/customers/{ayesha.pk}/edit/", {"field": "city", "city": "Quetta", "was_city": "Lahore"})
    wrong = client.post(
        f"/customers/{ayesha.pk}/edit/", {"field": "phone", "phone": "12", "was_phone": "+923001112233"}
    )
    theirs = client.post(
        f"/customers/{ayesha.pk}/edit/",
        {"field": "city", "city": "Quetta", "was_city": "Multan", "keep_city": "theirs"},
    )

    assert (saved.status_code, clash.status_code, wrong.status_code, theirs.status_code) == (302, 409, 422, 302)
    assert "Multan" in clash.content.decode()
    assert "too few or too many digits" in wrong.content.decode()
    assert "Multan" in text_of(client, f"/customers/{ayesha.pk}/")


def test_further_contacts_are_added_made_main_and_taken_away(cast, client_of, as_person, ayesha):
    client, url = client_of(cast.agent), f"/customers/{ayesha.pk}/contacts/"

    assert client.post(url, {"do": "add", "value": "0321 9998877", "label": "office"}).status_code == 302
    with as_person(cast.agent):
        further = ayesha.contacts.get(value="+923219998877")
    assert client.post(url, {"do": "main", "contact": further.pk}).status_code == 302
    assert client.post(url, {"do": "drop", "contact": further.pk}).status_code == 422  # the main one now
    assert client.post(url, {"do": "add", "value": "nonsense"}).status_code == 422
    with as_person(cast.agent):
        ayesha.refresh_from_db()
        assert ayesha.phone == "+923219998877"


def test_a_new_customer_who_is_known_is_said_while_typing_and_refused_when_sent(cast, client_of, ayesha):
    mine, others = client_of(cast.agent), client_of(cast.other_agent)

    assert "Ayesha Siddiqui, Lahore, has this already" in text_of(mine, "/customers/known/?phone=0300+1112233")
    colleague = text_of(others, "/customers/known/?phone=0300+1112233")
    assert "A colleague&#x27;s customer" in colleague or "A colleague's customer" in colleague
    assert "Ayesha" not in colleague
    assert text_of(mine, "/customers/known/?phone=0300").strip() == ""
    assert mine.post("/customers/new/", {"name": "Zoya", "email": "AYESHA@c.example"}).status_code == 422
    assert mine.post("/customers/new/", {"name": "Zoya", "phone": "0302 1234567"}).status_code == 302


def test_two_are_merged_side_by_side_and_taken_apart_again(cast, client_of, as_person, ayesha, double, sold):
    sold(cast.agent, ayesha, "2026-01-01")
    sold(cast.manager, double, "2026-01-05")
    client = client_of(cast.manager)
    assert "Ayesha Siddiqui" in text_of(client, f"/customers/{double.pk}/merge/?q=Ayesha")
    page = text_of(client, f"/customers/{ayesha.pk}/merge/?with={double.pk}")
    assert "1 order" in page and "1 orders" not in page
    said = {"with": double.pk, "stays": "customer", "take_keeper": "gone", f"version_{double.pk}": double.version}

    done = client.post(f"/customers/{ayesha.pk}/merge/", said)
    again = client.post(f"/customers/{ayesha.pk}/merge/", said)

    assert (done.status_code, again.status_code) == (302, 422)
    assert "Ayesha Sidiqui was merged into Ayesha Siddiqui by Hamza Sheikh" in again.content.decode()
    assert client.get(f"/customers/{double.pk}/").headers["Location"] == f"/customers/{ayesha.pk}/"
    merged = text_of(client, f"/customers/{ayesha.pk}/")
    assert "was merged into this customer" in merged
    assert "merged Ayesha Sidiqui into this customer" in merged
    assert "1 customer" in text_of(client, "/customers/?q=ayesha")
    going = text_of(client, f"/customers/{double.pk}/unmerge/")
    assert "1 order" in going and "1 orders" not in going

    assert client.post(f"/customers/{double.pk}/unmerge/").status_code == 302

    assert client.get(f"/customers/{double.pk}/").status_code == 200
    with as_person(cast.manager):
        assert CustomerMerge.objects.filter(undone_at=None).count() == 0
        ayesha.refresh_from_db()
        assert ayesha.keeper_id == cast.agent.pk


def test_what_stops_the_undo_is_said_before_it_is_tried(cast, client_of, as_person, ayesha, double):
    from customers import editing

    with as_person(cast.manager):
        merging.merge_customers(ayesha, double, by=cast.manager, take=["name"])
        editing.edit_customer(ayesha, by=cast.manager, values={"name": "A."}, was={})
    client = client_of(cast.manager)

    assert "Name of A. was changed since." in text_of(client, f"/customers/{double.pk}/unmerge/")
    assert client.post(f"/customers/{double.pk}/unmerge/").status_code == 422


def test_only_who_sees_every_customer_gets_to_merging(cast, client_of, ayesha, double):
    client = client_of(cast.agent)
    for url in (f"/customers/{ayesha.pk}/merge/", f"/customers/{ayesha.pk}/unmerge/", "/customers/duplicates/"):
        text_of(client, url, 403)
    assert "Merge with" not in text_of(client, f"/customers/{ayesha.pk}/")


def test_who_may_be_one_is_suggested_with_the_reason(cast, client_of, as_person, ayesha, double):
    with as_person(cast.manager):
        actions.add_customer(by=cast.manager, name="Siddiqui, Ayesha", email="a.yesha+shop@c.example", city="lahore")

    page = text_of(client_of(cast.manager), "/customers/duplicates/")

    assert "names are almost the same" in page  # Siddiqui and Sidiqui
    assert "e-mails are almost the same: a.yesha+shop@c.example, ayesha@c.example" in page or (
        "e-mails are almost the same: ayesha@c.example, a.yesha+shop@c.example" in page
    )


def test_several_pairs_are_merged_from_the_list_and_what_cannot_be_is_said(cast, client_of, as_person):
    with as_person(cast.manager):
        a, b, c = (
            actions.add_customer(by=cast.manager, name=name, phone=phone, email=email, city="Quetta")
            for name, phone, email in (("Bano Gul", "0300 8880001", ""), ("Gul Bano", "", "bano@c.example"),
                                       ("bano gul", "0300 8880003", ""))
        )  # fmt: skip
    client = client_of(cast.manager)
    assert f'value="{a.pk}-{b.pk}"' in text_of(client, "/customers/duplicates/")

    answer = client.post("/customers/duplicates/", {"pair": [f"{a.pk}-{b.pk}", f"{b.pk}-{c.pk}"]}, follow=True)

    said = answer.content.decode()
    assert "1 pair was merged." in said
    assert "Gul Bano was merged into Bano Gul" in said
    with as_person(cast.manager):
        kept, gone, other = (Customer.objects.get(pk=pk) for pk in (a.pk, b.pk, c.pk))
    assert (kept.email, gone.merged_into_id, other.merged_into_id) == ("bano@c.example", a.pk, None)
    assert client.post("/customers/duplicates/", {"pair": ["1-x"]}).status_code == 422
    assert client_of(cast.agent).post("/customers/duplicates/", {"pair": [f"{a.pk}-{c.pk}"]}).status_code == 403


def test_the_palette_finds_a_customer_by_name_number_and_mail(cast, client_of, ayesha):
    for words in ("ayesha", "Siddiq", "0300 111", "+92300111", "923001112233", "ayesha@"):
        found = text_of(client_of(cast.agent), f"/palette/?q={words.replace('+', '%2B').replace(' ', '+')}")
        assert f"/customers/{ayesha.pk}/" in found, words
        assert "Siddiqui" not in text_of(client_of(cast.other_agent), f"/palette/?q={words}".replace("+", "%2B"))


def test_many_are_given_to_a_colleague_and_taken_back_at_once(cast, client_of, as_person, ayesha, double):
    client = client_of(cast.manager)
    asked = {"verb": "keep", "query": "?", "ids": f"{ayesha.pk},{double.pk}", "choice": str(cast.other_agent.pk)}

    done = client.post("/customers/bulk/", asked).content.decode()

    with as_person(cast.manager):
        assert set(Customer.objects.values_list("keeper", flat=True)) == {cast.other_agent.pk}
        versions = dict(Customer.objects.values_list("pk", "version"))
    tokens = f"{ayesha.pk}:{cast.agent.pk}.{versions[ayesha.pk]},{double.pk}:{cast.manager.pk}.{versions[double.pk]}"
    assert tokens in done
    client.post("/customers/bulk/undo/", {"verb": "keep", "tokens": tokens})
    with as_person(cast.manager):
        assert Customer.objects.get(pk=ayesha.pk).keeper_id == cast.agent.pk


def test_the_list_goes_into_files_with_the_columns_that_are_seen(cast, client_of, ayesha, sold):
    sold(cast.agent, ayesha, "2026-01-01", 100)

    file = b"".join(client_of(cast.agent).get("/customers/export/?as=csv").streaming_content).decode("utf-8-sig")

    head, row = file.strip().splitlines()
    assert head == "Customer,Phone,City,Orders,Spent,Last order,Typical gap,To reorder,Looked after by"
    assert row == "Ayesha Siddiqui,'+923001112233,Lahore,1,100,2026-01-01,,,Omar Aziz"


def test_the_order_says_which_of_theirs_it_is(cast, client_of, ayesha, sold):
    sold(cast.agent, ayesha, "2026-01-01")
    second = sold(cast.agent, ayesha, "2026-01-05")
    client = client_of(cast.agent)

    page = text_of(client, f"/orders/{second.pk}/")

    assert "2nd order" in page
    assert f'href="/customers/{ayesha.pk}/"' in page
    assert '<span class="tag" title="2nd order">2nd</span>' in text_of(client, "/orders/list/")
    assert '<span class="tag" title="2nd order">2nd</span>' in text_of(client, "/orders/")
    assert "2nd" not in text_of(client_of(cast.production), "/orders/")
