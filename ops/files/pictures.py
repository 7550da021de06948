"""Pictures are drawn anew, never passed on: upright, without EXIF and the place it names, no larger than needed."""

import struct
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from ops.errors import Refused
from ops.files.kinds import PICTURES

_ONE_AT_A_TIME = threading.BoundedSemaphore(2)  # a decoded picture takes up to 250 MB: few of them at once
_THUMB = 320
_DAMAGED = (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error, EOFError, IndexError, KeyError)
_SAVED: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG": ("image/jpeg", {"quality": 88, "optimize": True, "progressive": True}),
    "PNG": ("image/png", {}),
    "WEBP": ("image/webp", {"quality": 88}),
}


@dataclass(frozen=True)
class Drawn:
    content_type: str
    width: int
    height: int


def draw_anew(name: str, source: Path, content_type: str, to: Path, thumb_to: Path) -> Drawn:
    """Write the picture again to `to` and a small one to `thumb_to`; what cannot be read is refused by name."""
    with _ONE_AT_A_TIME:
        picture, profile = _read(name, source, PICTURES[content_type])
        form = _form(picture, content_type)
        kind, options = _SAVED[form]
        if form == "JPEG" and picture.mode not in {"RGB", "L"}:
            picture = picture.convert("RGB")
        if profile:
            options = {**options, "icc_profile": profile}
        picture.save(to, form, **options)
        width, height = picture.size
        picture.thumbnail((_THUMB, _THUMB))
        picture.save(thumb_to, "WEBP", quality=78, **({"icc_profile": profile} if profile else {}))
    return Drawn(kind, width, height)


def _read(name: str, source: Path, form: str) -> tuple[Image.Image, bytes | None]:
    most = settings.FILES_MAX_SIDE
    try:
        with Image.open(source, formats=(form,)) as opened:
            wide, high = opened.size
            if wide * high > settings.FILES_MAX_PIXELS:
                raise Refused(_too_large(name))
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # what makes PDFs asks Pillow to be lenient, for the whole process
            opened.draft("RGB", (most, most))  # a JPEG is decoded no larger than it will be kept
            opened.load()
            profile = opened.info.get("icc_profile")
            picture = ImageOps.exif_transpose(opened)
            picture = _plain(picture)
    except Image.DecompressionBombError as error:
        raise Refused(_too_large(name)) from error
    except _DAMAGED as error:
        raise Refused(
            f"{name} cannot be read as a picture; it seems damaged. Open it where it was made and save it again."
        ) from error
    # XMP and comments would be written again from here, and they can name the place as EXIF does.
    picture.info.clear()
    picture.thumbnail((most, most))
    return picture, profile if isinstance(profile, bytes) and picture.mode != "L" else None


def _plain(picture: Image.Image) -> Image.Image:
    """One of the four modes that every browser draws."""
    if picture.mode in {"RGB", "L", "RGBA"}:
        return picture.convert("RGBA") if "transparency" in picture.info else picture.copy()
    seen_through = picture.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in picture.info
    return picture.convert("RGBA" if seen_through else "RGB")


def _form(picture: Image.Image, content_type: str) -> str:
    if content_type in {"image/png", "image/gif"}:
        return "PNG"
    if content_type == "image/webp":
        return "WEBP"
    return "PNG" if picture.mode == "RGBA" else "JPEG"


def _too_large(name: str) -> str:
    millions = settings.FILES_MAX_PIXELS // 1_000_000
    return f"{name} has more than {millions} million pixels. Save it smaller and send it again."
