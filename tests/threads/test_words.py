"""Words as a page shows them: what is a link becomes one, and nothing that somebody types becomes anything else."""

import pytest

from ops.threads.words import marked, rich

APART = 'target="_blank" rel="nofollow noopener noreferrer"'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<a href="x" onclick="y">', "&lt;a href=&quot;x&quot; onclick=&quot;y&quot;&gt;"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("{{ 1|add:1 }} {% now %} %s {}", "{{ 1|add:1 }} {% now %} %s {}"),
        ("one\ntwo", "one\ntwo"),
        ("see https://a.example/b?c=1&d=<x>.", f'see <a class="link" href="https://a.example/b?c=1&amp;d=" {APART}>'
         "https://a.example/b?c=1&amp;d=</a>&lt;x&gt;."),
        ("(http://a.example/b_(c)), yes", f'(<a class="link" href="http://a.example/b_(c)" {APART}>'
         "http://a.example/b_(c)</a>), yes"),
        ('https://a.example/"onmouseover="x', f'<a class="link" href="https://a.example/" {APART}>https://a.example/</a>'
         "&quot;onmouseover=&quot;x"),
    ],
)  # fmt: skip
def test_plain_words_are_escaped_and_addresses_are_links(text, shown):
    assert rich(text) == shown


def test_names_and_numbers_become_what_they_are_and_only_those_that_are_known():
    text = "@Omar Aziz and @omar, @Omara, a@Omar: SO-1004, so-1004 and SO-10045, not XSO-1004"

    assert rich(text, names=["Omar Aziz"], links={"SO-1004": "/orders/4/"}) == (
        '<span class="mention">@Omar Aziz</span> and <span class="mention">@omar</span>, @Omara,'
        ' a@Omar: <a class="link num" href="/orders/4/">SO-1004</a>,'
        ' <a class="link num" href="/orders/4/">so-1004</a> and SO-10045, not XSO-1004'
    )


def test_a_number_inside_an_address_stays_a_part_of_it():
    shown = rich("https://a.example/SO-1004", links={"SO-1004": "/orders/4/"})

    assert shown.count("<a ") == 1


def test_names_with_signs_in_them_do_no_harm():
    assert rich("@A+B (C)", names=["A+B (C)"]) == '<span class="mention">@A+B (C)</span>'
    assert rich("<b>@<i></b>", names=["<i>"]) == '&lt;b&gt;<span class="mention">@&lt;i&gt;</span>&lt;/b&gt;'


def test_hits_are_marked_where_they_stand():
    assert marked("The <b>leg</b> is loose", "LEG") == "The &lt;b&gt;<mark>leg</mark>&lt;/b&gt; is loose"
    assert marked("x " * 200 + "needle" + " y" * 200, "needle", 60).startswith("… ")
    assert marked("a.b", "...") == "a.b"
