"""PDFs: our own files only, outside transactions, every paper, and a sentence where the machine cannot."""

import io
import sys

import pytest
from django.db import transaction
from django.test import override_settings

from ops import documents
from ops.documents import SIZES, CannotPrint, render_many, render_pdf
from ops.errors import Refused
from ops.health import facts
from tests.pdfs import pages_of, size_of

SHEET = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.locmem.Loader",
                    {
                        "one.html": "<section><h1>Sheet {{ name }}</h1></section>",
                        "away.html": '<section><p>Text stays</p><img src="{{ url }}"></section>',
                    },
                )
            ]
        },
    }
]
here = override_settings(TEMPLATES=SHEET)


@here
def test_each_context_begins_a_page_and_progress_is_told():
    told = []

    pdf = render_many("one.html", [{"name": str(n)} for n in range(45)], step=told.append)

    pages = pages_of(pdf)
    assert pages == [f"Sheet {n}\nPage 1" for n in range(45)]
    assert told == [20, 40, 45]


@here
@pytest.mark.parametrize(("size", "millimetres"), [
    ("a4", (210, 297)), ("a5", (148, 210)), ("a6", (105, 148)), ("100x150", (100, 150)), ("62", (62, 100)),
])  # fmt: skip
def test_paper_has_the_size_it_says(size, millimetres):
    assert size_of(render_pdf("one.html", {"name": "x"}, size=size)) == millimetres


def test_every_size_is_measured_above():
    assert set(SIZES) == {"a4", "a5", "a6", "100x150", "62"}


@here
def test_type_is_inter_and_comes_along():
    from pypdf import PdfReader

    [page] = PdfReader(io.BytesIO(render_pdf("one.html", {"name": "x"}))).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]

    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert "Paper" in font["/BaseFont"] or "Inter" in font["/BaseFont"]
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


@here
@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "https://static.invalid/../../ops/settings.py",
                                 "ftp://x/y.png", "//example.com/x.png"])  # fmt: skip
def test_nothing_is_fetched_from_outside_our_own_files(url):
    from weasyprint.urls import FatalURLFetchingError

    # A foreign address is a fault of the template and stops it; a file that is not there leaves a gap.
    try:
        pdf = render_pdf("away.html", {"url": url})
    except FatalURLFetchingError as error:
        assert "may not" in str(error)
    else:
        assert url.startswith("https://static.invalid")
        assert pages_of(pdf) == ["Text stays\nPage 1"]


@here
@pytest.mark.django_db(transaction=True)
def test_a_pdf_inside_a_transaction_is_a_fault_of_ours():
    with pytest.raises(RuntimeError, match="after the transaction"), transaction.atomic():
        render_pdf("one.html", {"name": "x"})

    assert render_pdf("one.html", {"name": "x"}).startswith(b"%PDF-")


def test_nothing_to_print_is_refused():
    with pytest.raises(Refused, match="nothing to print"):
        render_many("one.html", [])


@here
def test_a_machine_without_pango_says_what_to_install(monkeypatch):
    real = sys.modules.get("weasyprint")
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(ImportError):
        import weasyprint  # noqa: F401

    class Loader:
        """What Python meets where libpango is not there: the import itself fails."""

        def find_spec(self, name, path=None, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint")
    monkeypatch.setattr(sys, "meta_path", [Loader(), *sys.meta_path])
    documents._sheets.cache_clear()

    with pytest.raises(CannotPrint, match="libpango") as refused:
        render_pdf("one.html", {"name": "x"})
    assert refused.value.status == 503
    assert "libpango" in documents.missing()
    assert real is None or real.__name__ == "weasyprint"


@pytest.mark.django_db
def test_health_has_a_line_about_pdfs(cast, as_person, monkeypatch):
    with as_person(cast.manager):
        assert {fact.label: fact.good for fact in facts()}["PDFs"] is True
        monkeypatch.setattr(documents, "missing", lambda: "Pango is missing.")
        [line] = [fact for fact in facts() if fact.label == "PDFs"]
    assert (line.value, line.good) == ("Pango is missing.", False)
