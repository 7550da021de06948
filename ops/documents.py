"""PDFs from templates and our own print sheet, on paper sizes that a shop has. Nothing is fetched from outside.

Setting text takes milliseconds a page, so it never happens inside a transaction (ruling 27): read, commit, render.
A template is one `<section>` of plain values; what it needs is read before.
"""

import mimetypes
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html

from ops.errors import Refused

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

PDF = "application/pdf"
_SHEET = "dist/documents.css"
# Where relative addresses point: a host that does not exist, answered from our own files alone.
_HOST = "static.invalid"
_BASE = f"https://{_HOST}/dist/"
# A document costs 30 ms besides its pages, so several sections share one; after each, progress is told.
_TOGETHER = 20
_NO_PANGO = (
    "This machine cannot make PDFs: the Pango library is missing. Whoever runs the server installs it"
    " (on Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0), then it works at once."
)

Step = Callable[[int], None]


@dataclass(frozen=True)
class Size:
    """Paper as CSS says it; `css` is the class that sets the size of type."""

    label: str
    page: str
    margin: str
    css: str


SIZES = {
    "a4": Size("A4", "A4", "16mm 14mm 18mm", "wide"),
    "a5": Size("A5", "A5", "10mm 10mm 13mm", "wide"),
    "a6": Size("A6, 105 × 148 mm", "A6", "5mm", "small"),
    "100x150": Size("Label, 100 × 150 mm", "100mm 150mm", "5mm", "small"),
    "62": Size("Roll, 62 mm wide", "62mm 100mm", "3mm", "roll"),
}


class CannotPrint(Refused):
    """This machine lacks what sets text; everything else works."""

    status = 503


def render_pdf(template: str, context: Mapping[str, Any], *, size: str = "a4") -> bytes:
    """One document. Raises CannotPrint where Pango is missing."""
    return render_many(template, [context], size=size)


def render_many(
    template: str, contexts: Iterable[Mapping[str, Any]], *, size: str = "a4", step: Step | None = None
) -> bytes:
    """One PDF in which each context starts a page of its own; `step` hears how many are done and may raise to stop."""
    _refuse_inside_a_transaction()
    weasyprint = _weasyprint()
    paper = SIZES[size]
    fonts, sheets = _sheets(size)
    first, pages, done = None, [], 0
    for some in batched(contexts, _TOGETHER):
        sections = [render_to_string(template, {**context, "size": size}) for context in some]
        html = f'<!doctype html><html lang="en"><body class="{paper.css}">{"".join(sections)}'
        made = weasyprint.HTML(string=html, base_url=_BASE, url_fetcher=_fetcher()).render(
            font_config=fonts, stylesheets=sheets
        )
        first = first or made
        pages += made.pages
        done += len(some)
        if step:
            step(done)
    if first is None:
        raise Refused("There is nothing to print.")
    pdf: bytes = first.copy(pages).write_pdf()
    return pdf


def as_response(pdf: bytes, name: str) -> HttpResponse:
    """Shown by the browser, from where it is printed or kept."""
    response = HttpResponse(pdf, content_type=PDF)
    response["Content-Disposition"] = format_html('inline; filename="{}"', name)
    response["Cache-Control"] = "private, no-store"
    return response


def missing() -> str:
    """What stands in the way of PDFs on this machine, as a sentence; empty when nothing does."""
    try:
        _weasyprint()
    except CannotPrint as error:
        return error.sentence
    return ""


def _refuse_inside_a_transaction() -> None:
    """A fault of ours, never the person's: locks would be held while text is set."""
    if connection.in_atomic_block and not connection.atomic_blocks[-1]._from_testcase:  # type: ignore[attr-defined]
        raise RuntimeError("A PDF is rendered after the transaction that read for it (ruling 27).")


def _weasyprint() -> Any:
    """Imported when first needed: it loads Pango, which a machine may lack."""
    try:
        import weasyprint
    except OSError as error:
        raise CannotPrint(_NO_PANGO) from error
    return weasyprint


@lru_cache(maxsize=len(SIZES))
def _sheets(size: str) -> "tuple[FontConfiguration, list[CSS]]":
    """The parsed sheet and its fonts, once a process and size."""
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    paper, fonts, fetch = SIZES[size], FontConfiguration(), _fetcher()
    texts = [_static(_SHEET).read_text(), f"@page {{ size: {paper.page}; margin: {paper.margin}; }}"]
    return fonts, [weasyprint.CSS(string=text, base_url=_BASE, font_config=fonts, url_fetcher=fetch) for text in texts]


@cache
def _fetcher() -> Any:
    """Our own static files and what stands in the document itself; every other address fails, without being asked."""
    _weasyprint()
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OurFilesOnly(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            parts = urlsplit(url)
            if parts.scheme == "data":
                return super().fetch(url, headers)
            if (parts.scheme, parts.netloc) != ("https", _HOST):
                raise FatalURLFetchingError(f"A document asked for {url[:80]}, which it may not.")
            path = _static(unquote(parts.path).lstrip("/"))
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return OurFilesOnly(allowed_protocols={"data"}, allow_redirects=False)


def _static(name: str) -> Path:
    """A file of ours by its plain name: where it is built, else where it is collected. FileNotFoundError otherwise."""
    found = finders.find(name)
    path = Path(found) if found else Path(settings.STATIC_ROOT) / name
    if ".." in Path(name).parts or not path.is_file():
        raise FileNotFoundError(f"{name} is not built: run `make run` or `manage.py assets` once.")
    return path
