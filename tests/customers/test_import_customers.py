"""Customers from files: found again, added, changed, asked about; never merged by likeness, never twice."""

from io import BytesIO

import pytest
from django.db import transaction

from customers import actions, merge_actions
from customers.importing import KIND
from customers.models import Customer, CustomerContact
from ops.errors import Refused
from ops.imports import undoing
from ops.imports.applying import apply, blocked
from ops.imports.checking import check
from ops.imports.deciding import name_columns, receive, settle
from ops.imports.kept import Brought
from ops.imports.models import ImportBatch, ImportItem, ImportMatch

HEADER = "Customer ID,Name,Phone,E-mail,City,Address,Notes"
PLACES = {"external_id": 0, "name": 1, "phone": 2, "email": 3, "city": 4, "address": 5, "notes": 6}


@pytest.fixture
def checked(cast, as_person):
    """A file of customers, checked as the manager."""

    def done(
        *lines: str, header: str = HEADER, places: dict[str, int] = PLACES, source: str = "old book"
    ) -> ImportBatch:
        text = "\n".join([header, *lines]) + "\n"
        with as_person(cast.manager), transaction.atomic():
            batch = receive([Brought("customers.csv", BytesIO(text.encode()))], by=cast.manager, detected=True)
            batch.noun, batch.preset = "customer", ""
            batch.save()
            name_columns(batch, places, source=source)
            return check(ImportBatch.objects.get(pk=batch.pk))

    return done


@pytest.fixture
def load(checked, cast, as_person):
    def done(*lines: str, leave_out: bool = False, **said) -> ImportBatch:
        batch = checked(*lines, **said)
        with as_person(cast.manager), transaction.atomic():
            return apply(batch, by=cast.manager, leave_out=leave_out)

    return done


@pytest.fixture
def known(cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        omar = actions.add_customer(
            by=cast.manager, name="Omar Dar", phone="+923001111111", email="omar@c.example", city="Lahore"
        )
        nida = actions.add_customer(by=cast.manager, name="Nida Khan", phone="+923002222222", city="Multan")
    return {"omar": omar, "nida": nida}


def counted(batch: ImportBatch) -> tuple[int, ...]:
    return tuple(batch.counts[key] for key in ("new", "changed", "same", "refused"))


def said(batch: ImportBatch) -> list[tuple[int, str]]:
    return [(problem["line"], problem["sentence"]) for problem in batch.problems]


# --- who somebody is --------------------------------------------------------------------------------------------


def test_somebody_new_comes_with_everything_the_file_says(load, cast, as_person):
    batch = load("7,Zoya Malik,0300 3333333,ZOYA@c.example,LAHORE,12 Mall Road,pays late")

    assert counted(batch) == (1, 0, 0, 0)
    with as_person(cast.manager):
        zoya = Customer.objects.get()
        assert (zoya.name, zoya.phone, zoya.email, zoya.city) == (
            "Zoya Malik",
            "+923003333333",
            "zoya@c.example",
            "Lahore",
        )
        assert (zoya.address, zoya.notes, zoya.source, zoya.external_id) == (
            "12 Mall Road",
            "pays late",
            "old book",
            "7",
        )
        assert set(zoya.contacts.filter(is_main=True).values_list("value", flat=True)) == {
            "+923003333333",
            "zoya@c.example",
        }
        assert zoya.history.get().history_source == "import"


def test_the_same_file_again_changes_nothing(load, cast, as_person):
    lines = ("7,Zoya Malik,0300 3333333,zoya@c.example,Lahore,,", "8,Adam,,,Karachi,,", ",Bina,,,Multan,,")
    load(*lines)
    with as_person(cast.manager):
        before = Customer.history.count()

    assert counted(load(*lines)) == (0, 0, 3, 0)
    with as_person(cast.manager):
        assert Customer.history.count() == before


@pytest.mark.parametrize(
    "row", [",O. Dar,0300 1111111,,,,", ",O. Dar,,OMAR@c.example,,,", ",O. Dar,0300-1111111,omar@c.example,,,"]
)
def test_who_has_the_phone_or_the_e_mail_is_known(load, known, cast, as_person, row):
    batch = load(row)

    assert counted(batch) == (0, 1, 0, 0)
    with as_person(cast.manager):
        omar = Customer.objects.get(pk=known["omar"].pk)
        assert (omar.name, omar.city, Customer.objects.count()) == ("O. Dar", "Lahore", 2)


def test_a_further_number_and_a_merged_row_lead_to_who_they_are(load, known, cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        actions.add_contact(known["omar"], by=cast.manager, value="+923009999999")
        merge_actions.merge_customers(known["omar"], known["nida"], by=cast.manager)

    batch = load(",Omar Dar,0300 9999999,,,,", ",Omar Dar,0300 2222222,,,,", leave_out=True)

    assert counted(batch) == (0, 0, 1, 1)
    assert said(batch) == [(3, "line 2 is the same customer here: one person stands in a file once.")]


def test_an_id_leads_to_the_kept_one_of_a_merge(load, cast, as_person):
    load("7,Zoya Malik,0300 3333333,,Lahore,,", "8,Zoya M.,0300 4444444,,Lahore,,")
    with as_person(cast.manager), transaction.atomic():
        kept, gone = Customer.objects.order_by("external_id")
        merge_actions.merge_customers(kept, gone, by=cast.manager)

    batch = load("8,Zoya Malik,,,Lahore,,")

    assert counted(batch) == (0, 0, 1, 0)


def test_a_second_phone_is_added_and_the_first_stays_the_main_one(load, known, cast, as_person):
    load(",Omar Dar,0300 5555555,omar@c.example,,,")

    with as_person(cast.manager):
        omar = Customer.objects.get(pk=known["omar"].pk)
        assert omar.phone == "+923001111111"
        assert sorted(omar.contacts.filter(kind="phone").values_list("value", "is_main")) == [
            ("+923001111111", True), ("+923005555555", False)]  # fmt: skip
    assert counted(load(",Omar Dar,0300 5555555,omar@c.example,,,")) == (0, 0, 1, 0)


def test_a_first_e_mail_becomes_the_main_one_and_blanks_leave_what_is_there(load, known, cast, as_person):
    load("9,Nida Khan,0300 2222222,nida@c.example,,,")

    with as_person(cast.manager):
        nida = Customer.objects.get(pk=known["nida"].pk)
        assert (nida.name, nida.email, nida.city, nida.source, nida.external_id) == (
            "Nida Khan", "nida@c.example", "Multan", "old book", "9")  # fmt: skip


HALVES = {"header": "First name,Last name,Phone", "places": {"given_name": 0, "surname": 1, "phone": 2}}
FIRST_ONLY = {"header": "First name,Phone", "places": {"given_name": 0, "phone": 1}}


@pytest.mark.parametrize(
    ("row", "changes", "name"),
    [
        ("Omar,Dar,0300 1111111", {}, "Omar Dar"),
        (",Dar,0300 1111111", {}, "Omar Dar"),
        ("Omar,Malik,0300 1111111", {"surname": ["Dar", "Malik"]}, "Omar Malik"),
        ("Umar,Dar,0300 1111111", {"given_name": ["Omar", "Umar"]}, "Umar Dar"),
        (",Malik,0300 1111111", {"surname": ["Dar", "Malik"]}, "Omar Malik"),
        ("Omar,,0300 1111111", {}, "Omar Dar"),
        ("Umar,,0300 1111111", {"given_name": ["Omar", "Umar"]}, "Umar Dar"),
        ("Zia,Khan,0300 1111111", {"given_name": ["Omar", "Zia"], "surname": ["Dar", "Khan"]}, "Zia Khan"),
    ],
)
def test_a_name_in_two_columns_that_is_another_now_is_a_change(
    checked, load, known, cast, as_person, row, changes, name
):
    batch = checked(row, **HALVES)

    assert counted(batch) == ((0, 1, 0, 0) if changes else (0, 0, 1, 0))
    with as_person(cast.manager):
        assert ImportItem.objects.get(batch=batch).changes == changes
    load(row, **HALVES)
    with as_person(cast.manager):
        assert Customer.objects.get(pk=known["omar"].pk).name == name
    assert counted(load(row, **HALVES)) == (0, 0, 1, 0)


def test_names_of_more_words_and_of_one_are_the_same_however_they_are_parted(load, cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        for n, name in enumerate(("Ana Maria Silva", "Aslam & Co", "Madonna")):
            actions.add_customer(by=cast.manager, name=name, phone=f"+92300444444{n}")

    rows = ("Ana,Maria Silva,0300 4444440", ",Aslam & Co,0300 4444441", ",Madonna,0300 4444442")
    assert counted(load(*rows, **HALVES)) == (0, 0, 3, 0)
    assert counted(load(*rows, ",Ciccone,0300 4444443", **HALVES)) == (1, 0, 3, 0)


@pytest.mark.parametrize(
    ("here", "first", "changes", "name"),
    [
        ("Ana Maria Silva", "Ana", {}, "Ana Maria Silva"),
        ("Ana Maria Silva", "An", {"given_name": ["Ana Maria", "An"]}, "An Silva"),
        ("Madonna", "Louise", {"given_name": ["Madonna", "Louise"]}, "Louise"),
    ],
)
def test_a_file_without_last_names_leaves_them(checked, load, cast, as_person, here, first, changes, name):
    with as_person(cast.manager), transaction.atomic():
        actions.add_customer(by=cast.manager, name=here, phone="+923004444440")
    row = f"{first},0300 4444440"
    batch = checked(row, **FIRST_ONLY)
    load(row, **FIRST_ONLY)
    with as_person(cast.manager):
        assert ImportItem.objects.get(batch=batch).changes == changes
        assert Customer.objects.get().name == name
    assert counted(load(row, **FIRST_ONLY)) == (0, 0, 1, 0)


def test_a_name_that_would_be_too_long_is_refused(checked, cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        actions.add_customer(by=cast.manager, name=f"{'A' * 100} Dar", phone="+923001111111")

    batch = checked(f",{'B' * 79},0300 1111111", **HALVES)

    assert [text.rpartition(": ")[2] for _, text in said(batch)] == ["160 letters."]


# --- who is refused ---------------------------------------------------------------------------------------------


def test_the_phone_of_one_and_the_e_mail_of_another_is_refused_with_both_names(load, known, cast, as_person):
    with pytest.raises(
        Refused, match=r"the phone \+923002222222 is Nida Khan's, and the e-mail omar@c.example is Omar Dar's"
    ):
        load(",Somebody,0300 2222222,omar@c.example,,,")
    with as_person(cast.manager):
        assert CustomerContact.objects.count() == 3


def test_an_id_of_one_with_the_phone_of_another_is_refused(checked, load, known):
    load("7,Zoya Malik,0300 3333333,,Lahore,,")

    batch = checked("7,Zoya Malik,0300 1111111,,Lahore,,", "12,Zoya Malik,0300 3333333,,,,")

    assert said(batch) == [
        (2, "the customer ID 7 is Zoya Malik here, and this phone is Omar Dar's."
            " Merge them first, or correct this row."),
        (3, "Zoya Malik here has this phone or e-mail, and another customer ID from the same source: 7."),
        (3, "line 2 is the same customer here: one person stands in a file once."),
    ]  # fmt: skip


def test_one_person_on_two_rows_is_taken_once(checked):
    batch = checked(
        "1,Zoya,0300 3333333,,,,", "2,Zoya M,0300 3333333,,,,", "3,Adam,,a@c.example,,,", "4,A.,,A@C.example,,,"
    )

    assert counted(batch) == (2, 0, 0, 2)
    assert said(batch) == [
        (3, "line 2 has this phone too: one person stands in a file once."),
        (5, "line 4 has this e-mail too: one person stands in a file once."),
    ]


def test_namesakes_of_one_city_are_told_apart_by_more_than_their_name(checked, cast, as_person):
    with as_person(cast.manager):
        Customer.objects.bulk_create(
            [Customer(name="Ali Raza", city="Lahore"), Customer(name="Ali Raza", city="Lahore")]
        )

    batch = checked(",Ali Raza,,,Lahore,9 Canal Road,")

    assert said(batch) == [
        (2, "several customers here are called Ali Raza, Lahore. Say the phone or the e-mail in the file.")
    ]


# --- who is asked about -----------------------------------------------------------------------------------------


@pytest.fixture
def alike(cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        return actions.add_customer(
            by=cast.manager, name="Muneeb Qureshi", phone="+923007777777", email="muneeb.qureshi@c.example",
            city="Faisalabad", address="14 Jaranwala Road",
        )  # fmt: skip


LIKE = ",Munib Qureshi,0300 7777778,muneebqureshi@c.example,Faisalabad,14 Jaranwala Road,"


def test_who_is_only_alike_is_asked_about_before_anything_loads(load, checked, alike, cast, as_person):
    batch = checked(LIKE)

    with as_person(cast.manager):
        (match,) = ImportMatch.objects.filter(batch=batch)
        assert (match.kind, match.line, match.answer, match.name) == (KIND, 2, None, "Munib Qureshi")
        assert match.likely[0]["value"] == str(alike.pk)
        assert match.likely[0]["label"] == "Muneeb Qureshi, Faisalabad, +923007777777, muneeb.qureshi@c.example"
        assert "street" in match.likely[0]["why"]
        assert ImportItem.objects.get(batch=batch).verdict == "new"
    with pytest.raises(Refused, match="known here"):
        load(LIKE)
    with as_person(cast.manager):
        assert Customer.objects.count() == 1


def test_a_question_that_comes_up_while_loading_sends_back_to_the_check(checked, cast, as_person, request):
    early = checked(LIKE, "8,Adam,,,Karachi,,")
    request.getfixturevalue("alike")  # somebody adds them after the check

    with as_person(cast.manager):
        with (
            pytest.raises(Refused, match=r"whether it is one that is known here\. Check the file"),
            transaction.atomic(),
        ):
            apply(early, by=cast.manager)
        batch = check(ImportBatch.objects.get(pk=early.pk))
        with pytest.raises(Refused, match=r"whether it is one that is known here\.$"), transaction.atomic():
            apply(batch, by=cast.manager)


@pytest.mark.parametrize("same", [True, False])
def test_an_answer_decides(checked, alike, cast, as_person, same):
    batch = checked(LIKE)
    with as_person(cast.manager), transaction.atomic():
        settle(batch, {ImportMatch.objects.get(batch=batch).pk: str(alike.pk) if same else ""})
        batch = check(ImportBatch.objects.get(pk=batch.pk))
        batch = apply(batch, by=cast.manager)

    with as_person(cast.manager):
        assert counted(batch) == ((0, 1, 0, 0) if same else (1, 0, 0, 0))
        assert Customer.objects.count() == (1 if same else 2)
        assert Customer.objects.get(pk=alike.pk).contacts.count() == (4 if same else 2)


def test_a_namesake_elsewhere_is_no_question(load, known, cast, as_person):
    assert counted(load(",Omar Dar,0300 8888888,,Karachi,,")) == (1, 0, 0, 0)


# --- there and back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_our_own_list_read_back_changes_nothing_and_one_city_is_one_change(cast, client_of, known, as_person, form):
    with as_person(cast.manager):
        Customer.objects.create(name='=Odd, "quoted"', city="d.i. khan")
        Customer.objects.create(name="Nobody's Shop")
    data = b"".join(client_of(cast.manager).get(f"/customers/export/?as={form}").streaming_content)

    def loaded(data: bytes) -> ImportBatch:
        with as_person(cast.manager), transaction.atomic():
            batch = receive([Brought(f"Customers.{form}", BytesIO(data))], by=cast.manager)
            assert (batch.noun, sorted(batch.mapping)) == ("customer", ["city", "name", "phone"])
            return apply(check(batch), by=cast.manager)

    assert counted(loaded(data)) == (0, 0, 4, 0)
    with as_person(cast.manager):
        Customer.objects.filter(pk=known["nida"].pk).update(city="Sialkot")
    batch = loaded(data)

    assert counted(batch) == (0, 1, 3, 0)
    with as_person(cast.manager):
        assert Customer.objects.get(pk=known["nida"].pk).city == "Multan"


def test_who_does_not_see_every_customer_loads_none(cast, as_person):
    with as_person(cast.agent), pytest.raises(Refused):
        receive([Brought("customers.csv", BytesIO(b"Name\nX\n"))], by=cast.agent)


@pytest.mark.django_db(transaction=True)
def test_a_load_of_customers_is_taken_out_again(load, cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        actions.add_customer(by=cast.manager, name="Omar Dar", phone="+923001111111", city="Lahore")
    with as_person(cast.manager):
        contacts = list(CustomerContact.objects.values())
    batch = load("1,Omar D.,0300 1111111,omar@c.example,Multan,,", "2,Zoya,0300 3333333,,,,")

    with as_person(cast.manager), transaction.atomic():
        undone = undoing.undo(ImportBatch.objects.get(pk=batch.pk), by=cast.manager)

    assert undone.sentence == "1 customer removed; 1 customer as before"
    with as_person(cast.manager):
        omar = Customer.objects.get()
        assert (omar.name, omar.city, omar.email, omar.external_id) == ("Omar Dar", "Lahore", None, "")
        assert list(CustomerContact.objects.values()) == contacts


def test_a_row_that_cannot_be_taken_counts_once_though_the_file_has_no_ids(checked):
    batch = checked(",Aslam Traders,12,,Lahore,,", ",Bibi Stores,03004444444,,Multan,,")

    assert (batch.counts["new"], batch.counts["refused"], batch.counts["lost_lines"]) == (1, 1, 0)
    assert blocked(batch) == 1
