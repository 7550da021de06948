"""Small pictures for the demo shop, drawn here: what was made, as a workshop would show it."""

import io
from collections.abc import Callable
from functools import cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter

_SIZE = (960, 720)
_WOODS = ((122, 78, 45), (94, 58, 34), (148, 104, 62), (110, 66, 40))
_Draw = Callable[[ImageDraw.ImageDraw, tuple[int, int, int]], None]


def _chair(draw: ImageDraw.ImageDraw, wood: tuple[int, int, int]) -> None:
    for x in (350, 372, 394, 416, 438, 460, 482, 504, 526, 548, 570):
        draw.line((x, 150, x, 360), fill=wood, width=9)
    draw.rounded_rectangle((335, 125, 595, 165), 16, fill=wood)
    draw.rounded_rectangle((320, 350, 610, 400), 18, fill=(178, 66, 52))
    for x in (330, 578):
        draw.polygon([(x, 395), (x + 24, 395), (x + 18, 600), (x + 4, 600)], fill=wood)


def _table(draw: ImageDraw.ImageDraw, wood: tuple[int, int, int]) -> None:
    draw.polygon([(200, 330), (760, 330), (820, 390), (140, 390)], fill=wood)
    draw.rectangle((140, 390, 820, 415), fill=tuple(part - 18 for part in wood))
    for x in (165, 770):
        draw.polygon([(x, 415), (x + 30, 415), (x + 22, 610), (x + 6, 610)], fill=wood)


def _lamp(draw: ImageDraw.ImageDraw, wood: tuple[int, int, int]) -> None:
    draw.ellipse((300, 90, 660, 450), fill=(250, 224, 160))
    draw.polygon([(400, 150), (560, 150), (640, 340), (320, 340)], fill=(226, 178, 96))
    draw.rectangle((470, 340, 490, 570), fill=(176, 138, 62))
    draw.rounded_rectangle((400, 560, 560, 600), 14, fill=wood)


def _shelf(draw: ImageDraw.ImageDraw, wood: tuple[int, int, int]) -> None:
    draw.rectangle((300, 90, 660, 620), fill=tuple(part - 22 for part in wood))
    for row in range(5):
        y = 105 + row * 102
        draw.rectangle((315, y, 645, y + 88), fill=(58, 40, 28))
        for book in range(8):
            shade = (90 + 17 * ((book * 5 + row) % 7), 60 + 19 * ((book * 3 + row) % 6), 70 + 13 * (book % 5))
            draw.rectangle((322 + book * 34, y + 14 + 5 * (book % 3), 350 + book * 34, y + 88), fill=shade)


def _cloth(draw: ImageDraw.ImageDraw, wood: tuple[int, int, int]) -> None:
    draw.rectangle((180, 140, 780, 600), fill=(134, 32, 40))
    for x in range(200, 770, 60):
        for y in range(160, 590, 60):
            draw.polygon([(x + 24, y), (x + 48, y + 24), (x + 24, y + 48), (x, y + 24)], fill=(236, 218, 182))
            draw.ellipse((x + 15, y + 15, x + 33, y + 33), fill=(28, 52, 92))


def _box(draw: ImageDraw.ImageDraw, wood: tuple[int, int, int]) -> None:
    draw.polygon([(280, 270), (560, 210), (700, 280), (410, 350)], fill=(206, 166, 116))
    draw.polygon([(280, 270), (410, 350), (410, 590), (280, 500)], fill=(172, 132, 86))
    draw.polygon([(410, 350), (700, 280), (700, 510), (410, 590)], fill=(190, 148, 98))
    draw.line((345, 310, 345, 545), fill=(226, 210, 170), width=22)
    draw.rectangle((500, 400, 620, 470), fill=(246, 244, 238))


_DRAWN: dict[str, _Draw] = {
    "chair": _chair, "table": _table, "lamp": _lamp, "shelf": _shelf, "cloth": _cloth, "packed": _box
}  # fmt: skip
PICTURES = tuple(_DRAWN)


@cache
def picture(name: str) -> bytes:
    """A JPEG of a thing on a workshop floor, the same every time."""
    random = Random(name)  # noqa: S311
    wall, floor = (206, 200, 190), (146, 132, 116)
    image = Image.new("RGB", _SIZE, wall)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 520, *_SIZE), fill=floor)
    for y in range(520, 720, 40):
        draw.line((0, y, 960, y), fill=(132, 118, 102), width=2)
    draw.ellipse((230, 575, 730, 645), fill=(112, 100, 88))
    _DRAWN[name](draw, random.choice(_WOODS))
    grain = Image.effect_noise(_SIZE, 22).convert("RGB")
    image = Image.blend(image.filter(ImageFilter.GaussianBlur(1)), grain, 0.08)
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=82)
    return kept.getvalue()


def sheet(number: str) -> bytes:
    """What an agent notes beside an order: measures, as plain text."""
    said = ("Seat height 45 cm", "Seat depth 42 cm", "Back height 88 cm", "Finish: matt")
    return "\n".join((f"Measures agreed for {number}", "", *said, "")).encode()
