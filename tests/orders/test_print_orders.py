"""Printing: what each paper says and to whom, one order at once, many in one PDF by a worker, recorded once."""

from decimal import Decimal

import pytest
from django.test import Client

from ops import documents
from ops.errors import Refused
from ops.models import Event
from ops.progress import actions as work
from ops.progress import files
from ops.progress.models import Job
from orders import papers
from orders.actions import LineInput
from tests import make
from tests.pdfs import fonts_of, pages_of, size_of

TABLE = LineInput("Walnut table", Decimal(1), Decimal(9000), Decimal(500))


@pytest.fixture(autouse=True)
def _here(settings, tmp_path, monkeypatch):
    settings.FILES_DIR = tmp_path
    settings.SHOP_ADDRESS = "12 Mall Road\nLahore"
    monkeypatch.setattr(work, "_to_queue", lambda pk: None)


def ready(cast, **options):
    return make.order_in(
        "ready_to_ship", cast.agent, cast.production, lines=(make.CHAIR, TABLE), note="Wrap the legs.",
        phone="+923001112223", **options,
    )  # fmt: skip


def text_of(order, by, as_person, paper, choice="a4"):
    with as_person(by):
        pdf, _ = papers.print_one(order, by=by, paper=paper, choice=choice)
    return " ".join(" ".join(pages_of(pdf)).split())


@pytest.mark.django_db
def test_a_pack_slip_has_items_and_notes_and_no_money(cast, as_person):
    order = ready(cast)

    slip = text_of(order, cast.agent, as_person, "pack_slip")

    for said in (order.number, "Walnut chair", "Walnut table", "Wrap the legs.", "Ayesha Siddiqui", "Omar Aziz"):
        assert said in slip
    for amount in ("1,250", "9,000", "500", "Rs"):
        assert amount not in slip


@pytest.mark.django_db
def test_paper_names_the_shop_says_the_year_and_sets_urdu_in_letters_that_it_brings_along(cast, as_person):
    order = ready(cast, name="محمد عثمان", city="لاہور")

    with as_person(cast.agent):
        pdf, _ = papers.print_one(order, by=cast.agent, paper="pack_slip", choice="a4")
    said = " ".join(pages_of(pdf)[0].split())

    assert "12 Mall Road" in said
    assert f"{order.placed_at:%Y}" in said
    assert any("Paper-Arabic" in name for name in fonts_of(pdf))


@pytest.mark.django_db
def test_the_head_of_the_table_is_on_every_page_and_long_words_wrap(cast, as_person):
    lines = [
        LineInput(f"Chair {number} {'with carved legs ' * 8}".strip(), Decimal(1), Decimal(10)) for number in range(40)
    ]
    order = make.order_in("ready_to_ship", cast.agent, cast.production, lines=lines)

    with as_person(cast.agent):
        pdf, _ = papers.print_one(order, by=cast.agent, paper="pack_slip", choice="a4")
    pages = pages_of(pdf)

    assert len(pages) > 1
    for number, page in enumerate(pages[:-1], 1):
        assert "Quantity" in page
        assert f"Page {number}" in page


@pytest.mark.django_db
def test_the_floor_prints_without_the_customer_and_without_money(cast, as_person):
    order = ready(cast)

    slip = text_of(order, cast.production, as_person, "pack_slip")
    label = text_of(order, cast.production, as_person, "label", "a6")

    assert "Walnut chair" in slip
    assert order.number in label
    assert "The desk adds who receives it." in label
    for said in (slip, label):
        assert "Ayesha" not in said
        assert "+92300" not in said
        assert "Rs" not in said


@pytest.mark.django_db
def test_a_label_names_both_ends_and_the_amount_only_for_who_sells(cast, as_person):
    order = ready(cast)

    plain = text_of(order, cast.agent, as_person, "label", "100x150")
    collect = text_of(order, cast.agent, as_person, "label", "62.collect")

    for said in ("12 Mall Road", "Ayesha Siddiqui", "Lahore", "+923001112223", order.number, "3 pieces"):
        assert said in plain
    assert "Collect" not in plain
    assert "Collect on delivery Rs 11,001.00" in collect
    assert [value for value, _ in papers.choices(papers.PAPERS["label"], cast.production)] == ["100x150", "a6", "62"]
    with as_person(cast.production), pytest.raises(Refused, match="Choose one"):
        papers.print_one(order, by=cast.production, paper="label", choice="a6.collect")


@pytest.mark.django_db
def test_a_confirmation_has_the_amounts_and_is_for_who_sees_them(cast, as_person):
    order = ready(cast)

    said = text_of(order, cast.accountant, as_person, "confirmation")

    for part in ("Order confirmation", order.number, "Rs 1,250.50", "Rs 2,501.00", "Rs 8,500.00", "Rs 11,001.00"):
        assert part in said
    assert "Ayesha" not in said  # the accountant does not know customers
    with as_person(cast.production), pytest.raises(Refused, match="does not print that"):
        papers.print_one(order, by=cast.production, paper="confirmation", choice="a4")


@pytest.mark.django_db
def test_the_page_offers_what_the_role_prints_and_answers_with_the_pdf(cast, client_of, as_person):
    order = ready(cast)
    floor, agent = client_of(cast.production), client_of(cast.agent)
    url = f"/orders/{order.pk}/print/"

    page = floor.get(url).content.decode()
    pdf = floor.post(url, {"paper": "pack_slip", "choice": "a6"})

    assert "Pack slip" in page
    assert "Order confirmation" not in page
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    assert pdf["Content-Disposition"] == f'inline; filename="{order.number} pack slip.pdf"'
    assert size_of(pdf.content) == (105, 148)
    assert floor.post(url, {"paper": "confirmation", "choice": "a4"}).status_code == 422
    assert floor.post(url, {"paper": "label", "choice": "a6.collect"}).status_code == 422
    assert "printed its pack slip" in agent.get(f"/orders/{order.pk}/").content.decode()
    assert f'href="{url}"' in agent.get(f"/orders/{order.pk}/").content.decode()


@pytest.mark.django_db
def test_an_order_of_another_is_not_printed(cast, client_of, as_person):
    order = ready(cast)

    stranger: Client = client_of(cast.other_agent)

    assert stranger.get(f"/orders/{order.pk}/print/").status_code == 404
    assert stranger.post(f"/orders/{order.pk}/print/", {"paper": "pack_slip", "choice": "a4"}).status_code == 404


@pytest.mark.django_db
def test_a_machine_that_cannot_print_answers_with_a_sentence(cast, client_of, as_person, monkeypatch):
    order = ready(cast)

    def fails():
        raise documents.CannotPrint("This machine cannot make PDFs: the Pango library is missing.")

    monkeypatch.setattr(documents, "_weasyprint", fails)
    browser = client_of(cast.agent)

    answer = browser.post(f"/orders/{order.pk}/print/", {"paper": "pack_slip", "choice": "a4"})

    assert answer.status_code == 503
    assert "Pango library is missing" in answer.content.decode()
    assert "Pango library is missing" in browser.get(f"/orders/{order.pk}/print/").content.decode()
    with as_person(cast.agent):
        assert not Event.objects.filter(kind="order.printed").exists()


@pytest.mark.django_db
def test_many_are_one_pdf_and_each_story_says_so_once(cast, client_of, as_person):
    orders = [ready(cast, name=f"Buyer {n}") if n == 0 else make.order(cast.agent, name=f"Buyer {n}") for n in range(3)]
    theirs = make.order(cast.other_agent)
    browser = client_of(cast.agent)
    ids = ",".join(str(order.pk) for order in [*orders, theirs])
    asked = {"verb": "print_pack_slip", "ids": ids, "query": ""}

    preview = browser.post("/orders/bulk/", asked).content.decode()
    first = browser.post("/orders/bulk/", asked | {"choice": "a5"})
    again = browser.post("/orders/bulk/", asked | {"choice": "a5"})
    with as_person(cast.agent):
        [job] = Job.objects.all()
        work.carry_out(job.pk, "w1")
        work.carry_out(job.pk, "w1")
        job.refresh_from_db()
        pdf = files.path_of(job).read_bytes()
        printed = Event.objects.filter(kind="order.printed").values_list("subject_id", flat=True)
        assert sorted(printed) == [order.pk for order in orders]

    assert "On which paper" in preview
    assert "Print pack slips: 3 orders" in " ".join(preview.split())
    assert first["Location"] == again["Location"] == f"/work/{job.pk}/"
    assert (job.title, job.state, job.total, job.done) == ("Pack slips of 3 orders", "done", 3, 3)
    pages = pages_of(pdf)
    assert [order.number in page for order, page in zip(orders, pages, strict=True)] == [True, True, True]
    assert theirs.number not in "".join(pages)


@pytest.mark.django_db
def test_what_left_the_persons_sight_meanwhile_is_left_out(cast, as_person):
    mine, gone = make.order(cast.agent), make.order(cast.agent, name="Second buyer")
    with as_person(cast.agent):
        job = papers.print_many([mine.pk, gone.pk], by=cast.agent, paper="pack_slip", choice="a4")
    with as_person(cast.manager):
        from orders import actions

        actions.assign_agent(gone, by=cast.manager, agent=cast.other_agent)
    with as_person(cast.agent):
        work.carry_out(job.pk, "w1")
        job.refresh_from_db()
        assert pages_of(files.path_of(job).read_bytes())[0].count(gone.number) == 0
        assert job.file_name.endswith("1 orders.pdf")


@pytest.mark.django_db
def test_a_verb_that_the_role_lacks_and_a_size_that_is_none_are_refused(cast, client_of, as_person):
    order = ready(cast)
    floor = client_of(cast.production)
    asked = {"ids": str(order.pk), "query": ""}

    assert floor.post("/orders/bulk/", asked | {"verb": "print_confirmation", "choice": "a4"}).status_code == 404
    assert floor.post("/orders/bulk/", asked | {"verb": "print_label", "choice": "a6.collect"}).status_code == 422
    with as_person(cast.production):
        assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_long_slip_numbers_its_pages_and_names_its_order_on_each(cast, as_person):
    lines = [LineInput(f"Walnut thing {n}", Decimal(1), Decimal(10)) for n in range(60)]
    long, short = make.order(cast.agent, lines=lines), make.order(cast.agent, name="Second buyer")
    with as_person(cast.agent):
        contexts = papers.read(papers.PAPERS["pack_slip"], [long.pk, short.pk], by=cast.agent)
    pages = pages_of(documents.render_many("orders/papers/pack_slip.html", contexts, size="a4"))

    assert len(pages) >= 4
    assert "Page 1" in pages[0]
    assert "Page 2" in pages[1]
    assert long.number in pages[1]
    assert "Page 1" in pages[-1]
    assert short.number in pages[-1]
