"""What a file is, read from its first bytes: its name is only what somebody called it."""

import re
import zipfile
from pathlib import Path

_HEAD = 4096
UNKNOWN = "application/octet-stream"
# Pillow's name of each kind of picture that is taken; only that decoder is let near the bytes.
PICTURES = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF", "image/bmp": "BMP",
    "image/tiff": "TIFF", "image/avif": "AVIF",
}  # fmt: skip
PICTURE_NAMES = frozenset({"jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "avif"})
PROGRAM = "application/x-program"
HEIC = "image/heic"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"), (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"), (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"), (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"), (b"ID3", "audio/mpeg"), (b"OggS", "audio/ogg"),
    (b"MZ", PROGRAM), (b"\x7fELF", PROGRAM), (b"#!", PROGRAM), (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xfe\xed\xfa\xce", PROGRAM), (b"\xfe\xed\xfa\xcf", PROGRAM), (b"\xce\xfa\xed\xfe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
)  # fmt: skip
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe)\b", re.IGNORECASE)
_SVG = re.compile(rb"<(?:\w+:)?svg\b", re.IGNORECASE)
_WORDS = {
    "application/pdf": "a PDF", "image/svg+xml": "an SVG drawing", "text/html": "a web page", "text/plain": "text",
    "application/zip": "a zip archive", "video/mp4": "a video", PROGRAM: "a program", HEIC: "a HEIC photo",
}  # fmt: skip


def type_of(path: Path) -> str:
    """The content type, from the content."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        return "image/bmp"
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _boxed(head[8:12])
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path)
    return _written(head)


def words_for(content_type: str) -> str:
    return _WORDS.get(content_type, "something else")


def extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _boxed(brand: bytes) -> str:
    """ISO media: photos and films share one box."""
    if brand in {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}:
        return HEIC
    return {b"avif": "image/avif", b"avis": "image/avif", b"qt  ": "video/quicktime"}.get(brand, "video/mp4")


def _zipped(path: Path) -> str:
    """Office documents are zip archives; only the list of names is read, nothing is unpacked but a few bytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:200]
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                return kind if re.fullmatch(r"application/[\w.+-]{1,80}", kind) else "application/zip"
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        return UNKNOWN
    for folder, kind in _OFFICE.items():
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return kind
    return "application/zip"


def _written(head: bytes) -> str:
    """Text of some kind, or nothing that we know."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\x00", b"")
    elif b"\x00" in head:
        return UNKNOWN
    if _SVG.search(head):
        return "image/svg+xml"
    return "text/html" if _HTML.search(head) else "text/plain"
