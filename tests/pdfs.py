"""Reading PDFs back: what each page says, and how large the paper is."""

import io

from pypdf import PdfReader

_POINTS_PER_MM = 72 / 25.4


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def size_of(pdf: bytes) -> tuple[int, int]:
    """Millimetres of the first page."""
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(float(box.width) / _POINTS_PER_MM), round(float(box.height) / _POINTS_PER_MM)


def fonts_of(pdf: bytes) -> set[str]:
    """Names of the fonts that the document brings along."""
    found: set[str] = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        fonts = page["/Resources"].get_object().get("/Font", {})  # type: ignore[union-attr]
        found |= {str(font.get_object()["/BaseFont"]) for font in fonts.get_object().values()}
    return found
