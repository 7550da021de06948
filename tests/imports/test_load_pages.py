"""The pages of loading a file, from the upload to taking it back: every step is an address, and none guesses."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ops.imports import kept
from ops.imports.models import ImportBatch, ImportCell, ImportMatch
from orders.models import Order
from tests.imports.load_walk import OWN, checked, columns, upload, words

pytestmark = pytest.mark.django_db


def test_a_sheet_of_ones_own_goes_all_the_way_and_back(browser, last, cast, as_person):
    sent = upload(browser, OWN)
    batch = last()
    shown = browser.get(sent.url, follow=True)
    assert sent.url == f"/import/{batch.pk}/"
    assert shown.redirect_chain[-1][0] == f"/import/{batch.pk}/columns/"
    assert "Aslam Traders" in words(shown) and "are like those of orders" in words(shown)

    answer = browser.post(f"/import/{batch.pk}/columns/", columns(batch, source="Old book"), follow=True)
    assert answer.redirect_chain[-1][0] == f"/import/{batch.pk}/check/"
    assert "Load 2 orders" in words(answer) and "5,200.00" in words(answer)

    done = browser.post(f"/import/{batch.pk}/apply/", follow=True)
    assert "2 new, 0 changed, 0 as before" in words(done)
    with as_person(cast.manager):
        assert Order.objects.filter(source="old book").count() == 2

    back = browser.post(f"/import/{batch.pk}/undo/", follow=True)
    assert "What it had brought is out again" in words(back)
    with as_person(cast.manager):
        assert not Order.objects.filter(source="old book").exists()


@pytest.mark.parametrize(("data", "name", "says"), [
    (b"", "empty.csv", "is empty"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "photo.csv", "a picture"),
    (b"Order,Date\n", "header.csv", "no rows"), (b"PK\x03\x04broken", "sheet.xlsx", "sheet.xlsx"),
])  # fmt: skip
def test_what_holds_no_table_is_refused_in_place(browser, cast, as_person, data, name, says):
    answer = upload(browser, data, name)

    assert answer.status_code == 422
    assert says in words(answer)
    with as_person(cast.manager):
        assert not ImportBatch.objects.exists()


def test_nothing_chosen_too_many_and_too_much_are_said_in_place(browser, monkeypatch):
    assert "Choose a file." in words(browser.post("/import/", {}))
    many = [SimpleUploadedFile(f"{n}.csv", b"a,b\n1,2\n") for n in range(21)]
    assert "At most 20 files" in words(browser.post("/import/", {"file": many}))
    monkeypatch.setattr(kept, "MOST_BYTES", 40)
    assert "Split the file" in words(upload(browser, OWN))
    announced = browser.post(
        "/import/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10 << 30)
    )
    assert announced.status_code == 422 and "Split the file" in words(announced)


def test_a_full_disk_is_said_and_keeps_nothing(browser, cast, as_person, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept, "_write", full)
    answer = upload(browser, OWN)

    assert answer.status_code == 422 and "There is no room left on the server's disk" in words(answer)
    with as_person(cast.manager):
        assert not ImportBatch.objects.exists()


def test_a_second_press_finds_the_first_load(browser, cast, as_person):
    first, second = upload(browser, OWN), upload(browser, OWN)

    assert first.url == second.url
    with as_person(cast.manager):
        assert ImportBatch.objects.count() == 1


def test_a_wrong_choice_is_said_and_what_was_chosen_is_kept(browser, last):
    upload(browser, OWN)
    batch = last()
    twice = columns(batch, **{"c-quantity": "#5", "c-total": "#5", "source": "My book"})

    answer = browser.post(f"/import/{batch.pk}/columns/", twice)
    none = browser.post(f"/import/{batch.pk}/columns/", columns(batch, **{"c-quantity": "Pieces of cake"}))

    assert answer.status_code == none.status_code == 422
    assert "“Qty” is chosen for Quantity and for Line total" in words(answer)
    assert 'value="My book"' in words(answer)
    assert "there is no column “Pieces of cake”" in words(none)


def test_a_needed_column_that_is_nowhere_can_hold_for_all_rows(browser, last, cast, as_person):
    upload(browser, "Bill No,Party Name,Item,Amount\nB-1,Aslam,Desk,300\n")
    batch = last()

    missing = browser.post(f"/import/{batch.pk}/columns/", columns(batch))
    wrong = browser.post(
        f"/import/{batch.pk}/columns/", columns(batch, **{"f-quantity": "some", "f-placed_at": "2026-01-31"})
    )
    unclear = browser.post(
        f"/import/{batch.pk}/columns/", columns(batch, **{"f-quantity": "1", "f-placed_at": "03/04/2026"})
    )
    right = browser.post(
        f"/import/{batch.pk}/columns/", columns(batch, **{"f-quantity": "1", "f-placed_at": "2026-01-31"}), follow=True
    )

    assert missing.status_code == 422 and "Say which column is: Order date, Quantity" in words(missing)
    assert wrong.status_code == 422 and "Quantity, “some”: this is not a number." in words(wrong)
    assert unclear.status_code == 422 and "write the day like 2026-03-31" in words(unclear)
    assert "Load 1 order" in words(right)
    assert 'value="2026-01-31"' in words(browser.get(f"/import/{batch.pk}/columns/"))


def test_rows_without_numbers_are_known_again_by_their_content(browser, last, cast, as_person):
    text = "Bill Date,Party Name,Item,Qty,Amount\n13/01/2026,Aslam,Desk,1,300\n13/01/2026,Aslam,Desk,1,300\n"
    said = {"c-external_id": "", "by_content": "yes", "source": "till"}
    upload(browser, text)
    assert "This file has no order numbers" in words(browser.get(f"/import/{last().pk}/columns/"))

    browser.post(f"/import/{last().pk}/columns/", columns(last(), **said))
    browser.post(f"/import/{last().pk}/apply/")
    upload(browser, text + "14/01/2026,Bibi,Lamp,1,20\n", "more.csv")
    browser.post(f"/import/{last().pk}/columns/", columns(last(), **said))

    assert {key: last().counts[key] for key in ("new", "changed", "same")} == {"new": 1, "changed": 0, "same": 2}
    with as_person(cast.manager):
        assert all(len(order.number) < 20 for order in Order.objects.filter(source="till"))


def test_what_the_file_does_not_say_is_asked_once(browser, last, cast, as_person):
    text = OWN.replace("13/01", "03/01").replace("14/01", "04/01")
    batch = checked(browser, last, text)
    page = browser.get(f"/import/{batch.pk}/", follow=True)
    assert "One question" in words(page) and "03/01/2026 →" in words(page)

    none = browser.post(f"/import/{batch.pk}/answers/", {})
    odd = browser.post(f"/import/{batch.pk}/answers/", {"q-0": "sideways"})
    right = browser.post(f"/import/{batch.pk}/answers/", {"q-0": "mdy"}, follow=True)

    assert none.status_code == odd.status_code == 422
    assert "Load 2 orders" in words(right) and "is read so: month first" in words(right)
    again = browser.post(f"/import/{batch.pk}/ask-again/", {"about": "dates", "column": "Bill Date"}, follow=True)
    assert "One question" in words(again)


def test_one_kind_is_mended_at_once_and_the_choice_taken_back(browser, last):
    batch = checked(browser, last, OWN.replace(",2,1500,", ",2 pcs,1500,").replace(",4,500,", ",4 pcs,500,"))
    page = words(browser.get(f"/import/{batch.pk}/check/"))
    assert "Cells that are no number in “Qty”" in page and "2 pcs → 2" in page

    said = {"kind": "no_number", "column": "Qty", "fix": "number_in"}
    mended = browser.post(f"/import/{batch.pk}/mend/", said, follow=True)
    assert "Load 2 orders" in words(mended) and "What you decided" in words(mended)

    back = browser.post(f"/import/{batch.pk}/ask-again/", {"mend": "no_number", "column": "Qty"}, follow=True)
    assert "Cells that are no number" in words(back)
    wrong = browser.post(f"/import/{batch.pk}/mend/", {**said, "fix": "email_in"})
    assert wrong.status_code == 422 and "That does not mend" in words(wrong)


def test_lines_that_do_not_agree_are_settled_by_the_first(browser, last):
    batch = checked(browser, last, OWN.replace("2,B-1,13/01/2026,Aslam Traders", "2,B-1,15/01/2026,Aslam & Co"))
    (kind,) = batch.counts["kinds"]
    assert kind["kind"] == "disagree"
    grid = words(browser.get(f"/import/{batch.pk}/rows/"))
    assert 'name="v-2-2"' in grid and 'name="v-2-3" value="Aslam Traders"' in grid

    said = {"kind": "disagree", "column": kind["column"], "fix": "first_line"}
    answer = browser.post(f"/import/{batch.pk}/mend/", said, follow=True)

    assert "Load 2 orders" in words(answer) and "the first line counts" in words(answer)


def test_a_cell_is_put_right_in_the_grid_and_taken_back(browser, last, cast, as_person):
    batch = checked(browser, last, OWN.replace(",4,500,2000", ",four,500,2000"))
    grid = words(browser.get(f"/import/{batch.pk}/rows/"))
    assert 'name="v-4-5" value="four"' in grid and "Bibi Stores" in grid

    nothing = browser.post(f"/import/{batch.pk}/rows/", {"v-4-5": "four", "v-9-9": "x", "v-4-x": "y"}, follow=True)
    assert "nothing changed" in words(nothing)
    right = browser.post(f"/import/{batch.pk}/rows/?kind=no_number&column=Qty", {"v-4-5": "4"}, follow=True)

    assert "Load 2 orders" in words(right) and "1 cell was corrected by hand" in words(right)
    browser.post(f"/import/{batch.pk}/ask-again/", {"cells": "all"})
    with as_person(cast.manager):
        assert not ImportCell.objects.exists()
    assert last().counts["refused"] == 1


def test_the_button_sends_how_many_it_leaves_out(browser, last):
    text = OWN.replace(",4,500,", ",four,500,") + "4,B-3,14/01/2026,Bibi Stores,Lamp,one,200,200\n"
    batch = checked(browser, last, text)
    assert 'name="leave_out" value="2"' in words(browser.get(f"/import/{batch.pk}/check/"))

    fewer = browser.post(f"/import/{batch.pk}/apply/", {"leave_out": "1"})
    odd = browser.post(f"/import/{batch.pk}/apply/", {"leave_out": "all"})
    assert fewer.status_code == odd.status_code == 422
    assert "2 orders cannot be taken now, and you were to leave out 1, so nothing was loaded." in words(fewer)
    assert "2 orders cannot be taken, so nothing was loaded." in words(odd)

    done = browser.post(f"/import/{batch.pk}/apply/", {"leave_out": "2"}, follow=True)
    assert "1 new, 0 changed, 0 as before" in words(done)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_problem_rows_go_out_are_corrected_and_come_in_alone(browser, last, cast, as_person, form):
    text = OWN.replace(",2,1500,3000", ",two,1500,3000")
    batch = checked(browser, last, text)
    browser.post(f"/import/{batch.pk}/apply/", {"leave_out": "1"}) if form == "csv" else None
    batch = checked(browser, last, text, "again.csv")

    taken = browser.get(f"/import/{batch.pk}/problems/{form}/")
    data = b"".join(taken.streaming_content)
    if form == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert rows[0][-2:] == ["Line", "Problem"]
        assert [(row[1], row[-2]) for row in rows[1:]] == [("B-1", "2"), ("B-1", "3")]
        assert "“two”: this is not a number." in rows[1][-1]
        data = data.replace(b",two,", b",2,")
    upload(browser, data, f"corrected.{form}")

    again = last()
    assert again.settings["known"] and again.source == batch.source
    browser.post(f"/import/{again.pk}/columns/", columns(again))
    if form == "csv":
        assert (last().counts["new"], last().counts["refused"]) == (1, 0)


def test_own_totals_are_compared(browser, last):
    batch = checked(browser, last, OWN)

    page = words(browser.get(f"/import/{batch.pk}/check/?mine-amount=5,200&mine-pieces=8&mine-lines=many"))

    assert "matches" in page and "differs by -1" in page and "This is no number." in page


def test_changed_orders_show_old_and_new(browser, last):
    browser.post(f"/import/{checked(browser, last, OWN).pk}/apply/")
    batch = checked(browser, last, OWN.replace("Chair,4,500,2000", "Chair,5,500,2500"), "later.csv")

    page = words(browser.get(f"/import/{batch.pk}/items/?verdict=changed"))

    assert "Pieces: <del>4</del> → <ins>5</ins>" in page and "Amount: <del>2000" in page
    assert "B-1" not in page
    assert "B-1" in words(browser.get(f"/import/{batch.pk}/items/?q=b-1"))
    assert "What would change" in words(browser.get(f"/import/{batch.pk}/check/"))


def test_what_may_be_known_is_answered_by_a_person(browser, last, cast, as_person):
    batch = checked(browser, last, OWN)
    with as_person(cast.manager):
        one, two = (ImportMatch.objects.create(
            batch=batch, kind="customer", key=key, name=key, likely=[{"value": "7", "label": "Aslam & Co",
            "score": 0.9, "why": "it is spelled almost the same"}]) for key in ("Aslam", "Bibi"))  # fmt: skip
    assert "Say which they are" in words(browser.get(f"/import/{batch.pk}/check/"))
    blocked = browser.post(f"/import/{batch.pk}/apply/")
    assert blocked.status_code == 422 and "Say of “Aslam”" in words(blocked)

    assert browser.post(f"/import/{batch.pk}/matches/", {f"m-{one.pk}": "9"}).status_code == 422
    browser.post(f"/import/{batch.pk}/matches/", {f"m-{one.pk}": "0"})
    browser.post(f"/import/{batch.pk}/matches/", {"all": "new"})

    with as_person(cast.manager):
        assert list(ImportMatch.objects.values_list("key", "answer")) == [("Aslam", "7"), ("Bibi", "")]
        assert two.pk != one.pk


def test_another_noun_table_or_program_is_one_choice(browser, last):
    upload(browser, OWN)
    batch = last()

    browser.post(f"/import/{batch.pk}/read-as/", {"read_as": "order:superstore"})
    assert last().preset == "superstore"
    missing = browser.post(f"/import/{batch.pk}/columns/", {})
    assert missing.status_code == 422 and "Superstore" in words(missing)
    for wrong in ({"read_as": "order:nobody"}, {"read_as": "nothing:"}, {"read_as": "order:", "table": "7"}):
        assert browser.post(f"/import/{batch.pk}/read-as/", wrong).status_code == 422
    browser.post(f"/import/{batch.pk}/read-as/", {"read_as": "order:"})
    assert last().preset == "" and last().mapping["external_id"] == 1


def test_wide_files_are_typed_not_scrolled(browser, last):
    header = ",".join(
        ["Bill No", "Bill Date", "Party Name", "Item", "Qty", "Amount", *(f"Note {n}" for n in range(294))]
    )
    row = ",".join(["B-1", "13/01/2026", "Aslam", "Desk", "1", "300", *("x" for _ in range(294))])
    upload(browser, f"{header}\n{row}\n")

    page = browser.get(f"/import/{last().pk}/columns/")
    assert words(page).count("<option") < 400 and "294 columns of the file go nowhere" in words(page)
    sample = browser.get(f"/import/{last().pk}/columns/samples/?c-quantity=Amount")
    assert "300" in words(sample)
    browser.post(f"/import/{last().pk}/columns/", columns(last(), **{"c-quantity": "Qty"}))
    assert last().state == "checked"


def test_what_is_decided_about_a_load_that_is_over_is_answered_with_why_not(browser, last):
    batch = checked(browser, last, OWN)
    browser.post(f"/import/{batch.pk}/aside/")

    for address, said in (
        ("read-as", {"table": "0"}),
        ("mend", {"kind": "no_number", "column": "Qty", "fix": "blank"}),
    ):
        answer = browser.post(f"/import/{batch.pk}/{address}/", said, follow=True)
        assert "This load is over. Choose the file again." in words(answer)
