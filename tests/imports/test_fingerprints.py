"""A header is known again in any order and spelling of its names; what is ambiguous is left to be asked."""

from ops.imports.fingerprints import Remembered, fingerprint, shared


def test_order_case_and_marks_do_not_matter_and_names_do():
    assert fingerprint(["Order No.", "Qty", ""]) == fingerprint(["qty", "ORDER_NO"])
    assert fingerprint(["Order No.", "Qty"]) != fingerprint(["Order No.", "Qty", "Price"])
    assert fingerprint(["Date", "Date"]) != fingerprint(["Date"])


def test_one_column_more_leaves_most_of_a_header_known():
    assert shared(["A", "B", "C"], ["c", "a", "b", "d"]) == 0.75
    assert shared([], []) == 0.0


def test_what_was_chosen_is_found_again_where_it_is_there_once():
    chosen = Remembered(
        ("Order No.", "Qty", "Date"), {"external_id": "Order No.", "quantity": "Qty", "placed_at": "Date"}, {}
    )

    assert chosen.positions(["Date", "order no", "Date", "Amount"]) == {"external_id": 1}
