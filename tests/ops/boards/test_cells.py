"""How a value looks in a table and in a file: never marked up by what people typed, never late when it is done."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ops import clock
from ops.boards import cells
from ops.boards.cells import Look
from ops.lifecycle import StageRow

LOOK = Look(user_id=1, scopes=frozenset())


@pytest.mark.parametrize(
    ("kind", "value", "html"),
    [
        (cells.TEXT, "<b>oak & ash</b>", "&lt;b&gt;oak &amp; ash&lt;/b&gt;"),
        (cells.TEXT, None, ""),
        (cells.TEXT, "", ""),
        (cells.NUMBER, 12500, "12,500"),
        (cells.NUMBER, Decimal("1.500"), "1.5"),
        (cells.NUMBER, 0, "0"),
        (cells.NUMBER, None, "—"),
        (cells.PERSON, "", ""),
    ],
)
def test_a_value_in_a_table(kind, value, html):
    assert kind.html(value, {}, LOOK) == html


def test_a_person_is_a_sign_and_a_name_and_the_name_is_no_markup():
    html = cells.PERSON.html("Sana <Noor>", {}, LOOK)

    assert "Sana &lt;Noor&gt;" in html
    assert "<Noor>" not in html


@pytest.mark.parametrize(
    ("days", "over", "css"),
    [(-1, False, "due late"), (-1, True, "due"), (0, False, "due today"), (0, True, "due"), (1, False, "due")],
)
def test_a_promised_day_is_late_when_it_is_past_and_not_done(days, over, css):
    html = cells.due_html(clock.today() + timedelta(days=days), LOOK, over=over)

    assert html.startswith(f'<span class="{css}">')
    assert ("Today" in html) == (css == "due today")


def test_no_promised_day_is_a_dash():
    assert cells.DUE.html(None, {}, LOOK) == '<span class="due dim">—</span>'


def test_a_file_gets_the_moment_of_the_shops_wall_clock_and_the_business_day():
    before_five = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # 04:30 in Karachi: still the first of March for the shop

    assert cells.MOMENT.plain(before_five, {}, LOOK) == datetime(2026, 3, 2, 4, 30)
    assert cells.MOMENT.plain(None, {}, LOOK) is None
    assert cells.DAY.plain(before_five, {}, LOOK) == date(2026, 3, 1)
    assert cells.DAY.plain(date(2026, 3, 1), {}, LOOK) == date(2026, 3, 1)
    assert cells.MONEY.plain(Decimal("1.2345"), {}, LOOK) == Decimal("1.2345")


def test_a_day_and_a_moment_are_written_as_everywhere():
    at = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)

    assert cells.DAY.html(date(2020, 3, 1), {}, LOOK) == "1 Mar 2020"
    assert "14:05" in cells.MOMENT.html(at, {}, LOOK)


def test_a_stage_is_drawn_once_a_page_with_its_sign_and_word():
    row = StageRow("ready", "Ready & waiting", "ready", "ready", position=3, limit_hours=None, chaser_id=None)
    look = Look(user_id=1, scopes=frozenset(), stages={"ready": row})

    assert "Ready &amp; waiting" in look.glyphs["ready"]
    assert look.glyphs is look.glyphs
    assert 'title="Rush"' in look.rush
