"""The decimal mark of a column is decided by all its cells, or asked; then every cell is exact or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.imports.problems import Unreadable
from ops.imports.values.marks import COMMA, POINT, Marks, currency_question, proven, weigh
from ops.imports.values.numbers import number_reader, plain_text

amounts = st.decimals(min_value=0, max_value=10**11, places=2, allow_nan=False, allow_infinity=False)
CURRENCIES = ("", "$", "£", "€ ", "Rs ", "Rs.", "₨", "PKR ", "KSh ", "AED ", "TL ")


def seen(*cells: str, column: str = "Price") -> Marks:
    marks = Marks(column)
    for cell in cells:
        marks.see(cell)
    return marks


def grouped(number: Decimal, style: str) -> str:
    """A number as one of the world's ways of writing it."""
    whole, _, part = f"{number:.2f}".partition(".")
    if style == "lakh":
        head, tail = whole[:-3], whole[-3:]
        pairs = []
        while head:
            head, pairs = head[:-2], [head[-2:], *pairs]
        return ",".join([*pairs, tail]) + f".{part}"
    thousands, mark = {"english": (",", "."), "german": (".", ","), "swiss": ("'", "."), "french": ("\u202f", ","),
                       "blank": (" ", ","), "bare point": ("", "."), "bare comma": ("", ",")}[style]  # fmt: skip
    return f"{int(whole):,}".replace(",", thousands) + mark + part


STYLES = ("english", "german", "swiss", "french", "blank", "lakh", "bare point", "bare comma")


@given(st.lists(amounts, min_size=1, max_size=8), st.sampled_from(STYLES), st.sampled_from(CURRENCIES),
       st.sampled_from(["plain", "minus", "brackets", "behind", "long minus"]), st.booleans())  # fmt: skip
def test_any_amount_in_any_style_reads_back_exactly(numbers, style, currency, sign, behind):
    def written(number: Decimal) -> str:
        text = grouped(number, style)
        text = f"{text} {currency.strip()}" if behind and currency else f"{currency}{text}"
        return {"plain": text, "minus": f"-{text}", "brackets": f"({text})", "behind": f"{text}-",
                "long minus": f"−{text}"}[sign]  # fmt: skip

    # Two decimals prove the mark: with them no question is left.
    cells = [written(number) for number in numbers]
    styles = weigh([seen(*cells)])
    read = number_reader(styles.by_column["Price"])

    assert not styles.questions
    expected = numbers if sign == "plain" else [-number for number in numbers]
    assert [Decimal(read(cell)) for cell in cells] == expected


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("1.234,56", COMMA), ("1,234.56", POINT), ("1'234.56", POINT), ("1 234,5", COMMA), ("1,23,456.78", POINT),
        ("1.234.567", COMMA), ("1,234,567", POINT), ("12,5", COMMA), ("12.50", POINT), ("0,123", COMMA),
        ("1234,567", COMMA), ("1.234", "?"), ("1,234", "?"), ("(1.234)", "?"), ("1234", ""), ("€ 1.234", "?"),
        ("12.5%", POINT), ("soon", ""), ("1 234.567", POINT),
    ],
)  # fmt: skip
def test_what_one_number_proves(cell, mark):
    assert proven(cell) == mark


def test_a_column_of_nothing_but_three_digits_behind_its_mark_is_asked_with_both_readings():
    (question,) = weigh([seen("1.234", "2.000", "15")]).questions

    assert (question.kind, question.column) == ("decimal_mark", "Price")
    assert [(answer.key, answer.samples) for answer in question.answers] == [
        (POINT, (("1.234", "1.234"), ("2.000", "2.000"))),
        (COMMA, (("1.234", "1234"), ("2.000", "2000"))),
    ]


def test_an_answer_ends_the_question():
    styles = weigh([seen("1.234")], {"Price": COMMA})

    assert (styles.questions, styles.by_column, styles.samples) == (
        [],
        {"Price": COMMA},
        {"Price": (("1.234", "1234"),)},
    )
    assert styles.notes == ["In “Price” the comma is for decimals, as told."]


def test_one_cell_that_can_be_read_no_other_way_decides_for_its_column():
    assert weigh([seen("1.234", "12,50")]).by_column == {"Price": COMMA}
    assert weigh([seen("1.234", "12,50")]).notes == [
        "In “Price” the comma is for decimals: 1 of 2 numbers can be read no other way."
    ]
    assert weigh([seen("1,234", "12.50")]).by_column == {"Price": POINT}


def test_the_comma_of_another_column_decides_for_one_that_is_open():
    styles = weigh([seen("1.234"), seen("0,5", column="Discount")])

    assert (styles.by_column, styles.questions) == ({"Price": COMMA, "Discount": COMMA}, [])


def test_a_column_with_both_is_asked_and_a_slip_in_a_long_one_is_not():
    (question,) = weigh([seen("1.234,50", "1,234.50")]).questions
    assert question.kind == "mixed_decimals"
    assert question.sentence.startswith("Column “Price” writes decimals with a point (1 times, like “1,234.50”)")

    long = weigh([seen(*[f"{n},50" for n in range(100)], "7.25")])
    assert (long.by_column, long.questions) == ({"Price": COMMA}, [])
    with pytest.raises(Unreadable, match="otherwise than the rest"):
        number_reader(COMMA)("7.25")


@pytest.mark.parametrize(("cell", "mark"), [("1.23", COMMA), ("1,23", POINT), ("1,2345", POINT), ("1,234.56", COMMA),
                                            ("1.234,56", POINT), ("1 2 3", POINT), ("12 pcs", COMMA)])  # fmt: skip
def test_what_does_not_fit_its_column_is_never_read(cell, mark):
    with pytest.raises(Unreadable):
        plain_text(cell, mark)


def test_a_percent_sign_stays_for_the_column_that_reads_shares():
    assert (plain_text("12,5%", COMMA), plain_text("12.5 %", POINT)) == ("12.5%", "12.5%")


def test_currencies_of_the_cells_are_counted_and_asked_about_when_they_are_not_the_columns():
    marks = seen("USD 5", "5 €", "€7", "$1")

    assert dict(marks.currencies) == {"USD": 1, "EUR": 2, "$": 1}
    question = currency_question("Price", marks.currencies, "USD")
    assert question is not None
    assert question.sentence == (
        "The amounts of “Price” name other currencies than USD: EUR 2 times, USD 1 times, $ 1 times."
        " Say what they are in."
    )
    assert currency_question("Price", seen("$5", "USD 6").currencies, "USD") is None
    assert currency_question("Price", seen("Rs 5", "₨6").currencies, "PKR") is None


def test_a_long_column_is_settled_and_still_sees_a_comma():
    marks = seen(*[f"{n}.25" for n in range(1500)], "1,5")

    assert (marks.settled, marks.proofs) == (False, {POINT: 1500, COMMA: 1})
