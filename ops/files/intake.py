"""From an upload to a content in the store: looked at, scanned, drawn anew; outside transactions (ruling 27)."""

import re
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from ops.errors import Refused
from ops.files import kinds, pictures, store
from ops.files.scanning import scan
from ops.files.uploads import Incoming, Upload, too_big

_LONGEST = 160
_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_SAME = {"jpg": {"jpg", "jpeg", "jpe", "jfif"}}


@dataclass(frozen=True)
class Content:
    """A content that is in the store; a row makes it a file, else it is swept."""

    name: str
    sha256: str
    size: int
    content_type: str
    width: int | None = None
    height: int | None = None

    @property
    def kind(self) -> str:
        return "photo" if self.width else "document"


def prepare(upload: Upload | bytes, name: str = "") -> Content:
    """Refuses by name what is empty, too large, a program, damaged, infected or not what its name says."""
    name = clean_name(name or getattr(upload, "name", "") or "")
    with store.scratch() as aside:
        path = _laid_down(upload, name, aside)
        size = path.stat().st_size
        if not size:
            raise Refused(f"{name} is empty: nothing was kept of it. Look at it where it was made and send it again.")
        if size > settings.FILES_MAX_BYTES:
            raise Refused(too_big(name))
        kind = kinds.type_of(path)
        _wanted(name, kind)
        scan(name, path)
        if kind in kinds.PICTURES:
            return _picture(name, path, kind, aside)
        return Content(name, store.put(path), size, kind)


def _laid_down(upload: Upload | bytes, name: str, aside: Path) -> Path:
    if isinstance(upload, Incoming):
        return upload.path
    path = aside / "came"
    if isinstance(upload, bytes):
        path.write_bytes(upload)
        return path
    if (upload.size or 0) > settings.FILES_MAX_BYTES:
        raise Refused(too_big(name))
    with path.open("wb") as file:
        shutil.copyfileobj(upload, file)
    return path


def _wanted(name: str, kind: str) -> None:
    if kind == kinds.PROGRAM:
        raise Refused(f"{name} is a program, and programs are not kept here. Send what it makes, like a PDF.")
    if kind == kinds.HEIC:
        raise Refused(
            f"{name} is a HEIC photo, which not everybody can open. Send it as JPEG; an iPhone does so by itself under"
            " Settings, Camera, Formats, Most Compatible."
        )
    if kinds.extension(name) in kinds.PICTURE_NAMES and kind not in kinds.PICTURES:
        raise Refused(
            f"{name} is no picture, though its name says so: it is {kinds.words_for(kind)}. Send the picture."
        )


def _picture(name: str, path: Path, kind: str, aside: Path) -> Content:
    anew, thumb = aside / "anew", aside / "thumb"
    drawn = pictures.draw_anew(name, path, kind, anew, thumb)
    size = anew.stat().st_size
    named = _renamed(name, _EXTENSIONS[drawn.content_type])
    return Content(named, store.put(anew, thumb), size, drawn.content_type, drawn.width, drawn.height)


def _renamed(name: str, extension: str) -> str:
    """A picture is called what it has become, or a phone would not open it."""
    if kinds.extension(name) in _SAME.get(extension, {extension}):
        return name
    stem = name.rpartition(".")[0] if kinds.extension(name) in kinds.PICTURE_NAMES else name
    return f"{stem[: _LONGEST - 5]}.{extension}"


def clean_name(name: str) -> str:
    """A name as people read it: no folders, no signs that cannot be seen or turn the reading direction around."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs"})
    name = re.sub(r"\s+", " ", name).strip(" .")
    if len(name) > _LONGEST:
        stem, dot, extension = name.rpartition(".")
        name = (
            f"{stem[: _LONGEST - len(extension) - 1]}.{extension}" if dot and len(extension) < 10 else name[:_LONGEST]
        )
    return name or "file"
