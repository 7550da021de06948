"""Charts drawn on the server as plain SVG: no inline style, colours from the page, every point a link (ui.md D3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from django.utils.safestring import SafeString

HEIGHT, FOOT, HEAD = 220, 22, 12
_WIDTH = 1000
_ACROSS = 7


@dataclass(frozen=True)
class Point:
    """One point of the line: its value (None where there is none yet), its mark below, what it says, where it leads."""

    value: float | None
    mark: str
    says: str
    url: str = ""


def ticks(top: float, wanted: int = 4) -> list[float]:
    """Round values from 0 to just above `top`."""
    if top <= 0:
        return [0, 1]
    size: float = 10.0 ** floor(log10(top / wanted))
    steps = [many * size for many in (0.5, 1, 2, 2.5, 5, 10)]
    step = min(steps, key=lambda s: ceil(top / s) * s / top + abs(ceil(top / s) - wanted) * 0.12)
    return [step * i for i in range(ceil(top / step) + 1)]


def short(value: float) -> str:
    """A mark on the axis: 2.5 M, 800 k, 12."""
    for size, word in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g} {word}"
    return f"{value:g}"


def line(
    points: Sequence[Point],
    beside: Sequence[float],
    *,
    label: str,
    spell: Callable[[float], str],
    beside_label: str = "",
) -> SafeString:
    """A fluid line with a grey dashed one to compare; the table beside it says the same in words."""
    if len(points) < 2:
        return SafeString("")
    known = [point.value for point in points if point.value is not None]
    grid = ticks(max([*known, *beside, 0]) * 1.02)
    inner = HEIGHT - FOOT - HEAD

    def y(value: float) -> float:
        return round(HEAD + inner * (1 - value / grid[-1]), 2)

    role = "group" if any(point.url for point in points) else "img"
    parts = [f'<svg class="chart" role="{role}" aria-label="{escape(label)}" width="100%" height="{HEIGHT}">']
    for tick in grid:
        parts.append(f'<line class="grid-l" x1="0" x2="100%" y1="{y(tick)}" y2="{y(tick)}"/>')
        if tick:
            parts.append(f'<text x="0" y="{y(tick) - 4}">{escape(spell(tick))}</text>')
    if beside and beside_label:
        parts.append(f'<text x="100%" y="{max(y(beside[-1]) - 4, 10)}" text-anchor="end">{escape(beside_label)}</text>')
    parts += _lines(points, beside, y)
    last = len(points) - 1
    every = max(1, len(points) // _ACROSS)
    for i in range(0, len(points), every):
        anchor = "start" if i == 0 else "end" if i == last else "middle"
        sparse = ' class="sparse"' if (i // every) % 2 else ""
        parts.append(
            f'<text{sparse} x="{100 * i / last:.3f}%" y="{HEIGHT - 5}" text-anchor="{anchor}">'
            f"{escape(points[i].mark)}</text>"
        )
    parts += [_hit(point, i, last) for i, point in enumerate(points) if point.value is not None and point.url]
    return SafeString("".join(parts) + "</svg>")


def _lines(points: Sequence[Point], beside: Sequence[float], y: Callable[[float], float]) -> list[str]:
    across = [round(_WIDTH * i / (len(points) - 1), 2) for i in range(len(points))]
    now = [(x, y(point.value)) for x, point in zip(across, points, strict=True) if point.value is not None]
    parts = [f'<svg width="100%" height="{HEIGHT}" viewBox="0 0 {_WIDTH} {HEIGHT}" preserveAspectRatio="none">']
    if beside:
        parts.append(f'<polyline class="prev" points="{_joined(zip(across, map(y, beside), strict=True))}"/>')
    if now:
        floor_y = y(0)
        parts.append(f'<polygon class="fill" points="{now[0][0]},{floor_y} {_joined(now)} {now[-1][0]},{floor_y}"/>')
        parts.append(f'<polyline class="now" points="{_joined(now)}"/>')
    return [*parts, "</svg>"]


def _joined(pairs: object) -> str:
    return " ".join(f"{x},{y}" for x, y in pairs)  # type: ignore[attr-defined]


def _hit(point: Point, i: int, last: int) -> str:
    step = 100 / (last + 1)
    left = min(max(0.0, 100 * i / last - step / 2), 100 - step)
    return (
        f'<a class="hit" href="{escape(point.url)}" aria-label="{escape(point.says)}">'
        f'<rect x="{left:.3f}%" y="8" width="{step:.3f}%" height="{HEIGHT - FOOT - 8}">'
        f"<title>{escape(point.says)}</title></rect></a>"
    )
