"""A header is known again in any order and spelling of its names; what is ambiguous is left to be asked."""

from ops.imports.fingerprints import fingerprint, found_again


def test_order_case_and_marks_do_not_matter_and_names_do():
    assert fingerprint(["Order No.", "Qty", ""]) == fingerprint(["qty", "ORDER_NO"])
    assert fingerprint(["Order No.", "Qty"]) != fingerprint(["Order No.", "Qty", "Price"])
    assert fingerprint(["Date", "Date"]) != fingerprint(["Date"])


def test_what_was_chosen_is_found_again_where_it_is_there_once():
    chosen = {"external_id": "Order No.", "quantity": "Qty", "placed_at": "Date"}

    assert found_again(chosen, ["Date", "order no", "Date", "Amount"]) == {"external_id": 1}
