"""What may come in: type by content, pictures drawn anew, bad ones refused by name, nothing left of them."""
# ruff: noqa: E501  sentences stand on one line each: they are read as tables

import hashlib
import io
import os
import stat
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageFile

from ops.errors import Refused
from ops.files import intake, kinds, store
from tests.make import photo

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def refused(content: bytes, name: str) -> str:
    with pytest.raises(Refused) as no:
        intake.prepare(content, name)
    assert not list(store.root().glob("??/??/*"))
    assert not list((store.root() / "incoming").glob("*"))
    return no.value.sentence


def drawn(content: bytes, name: str = "a.jpg") -> tuple[intake.Content, Image.Image]:
    kept = intake.prepare(content, name)
    return kept, Image.open(store.path_of(kept.sha256))


# --- pictures


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Phone"
    exif[ExifTags.Base.Orientation] = 6  # taken upright, stored lying
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (24.0, 51.0, 36.0), 3: "E", 4: (67.0, 0.0, 36.0)})
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><exif:GPSLatitude>24,51N</exif:GPSLatitude></x:xmpmeta>"
    return photo((60, 40), "JPEG", exif=exif, xmp=xmp, comment=b"at home")


def test_a_photo_loses_the_place_it_was_taken_and_stands_upright():
    came = with_gps()
    assert b"GPSLatitude" in came
    assert Image.open(io.BytesIO(came)).getexif().get_ifd(ExifTags.IFD.GPSInfo)

    kept, picture = drawn(came)

    assert (kept.content_type, kept.width, kept.height, kept.kind) == ("image/jpeg", 40, 60, "photo")
    assert dict(picture.getexif()) == {}
    assert picture.size == (40, 60)
    for path in (store.path_of(kept.sha256), store.thumb_of(kept.sha256)):
        for trace in (b"Exif", b"GPS", b"xmpmeta", b"at home", b"Phone"):
            assert trace not in path.read_bytes()


def test_its_name_in_the_store_is_the_hash_of_its_bytes():
    kept, _ = drawn(photo(form="JPEG"))
    path = store.path_of(kept.sha256)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == kept.sha256 == path.name
    assert path.parent.relative_to(store.root()).as_posix() == f"{kept.sha256[:2]}/{kept.sha256[2:4]}"
    assert path.stat().st_size == kept.size
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize(
    ("form", "size", "becomes", "measure"),
    [("PNG", (30, 20), "image/png", (30, 20)), ("JPEG", (5000, 2500), "image/jpeg", (4096, 2048)),
     ("WEBP", (30, 20), "image/webp", (30, 20)), ("GIF", (30, 20), "image/png", (30, 20)),
     ("BMP", (30, 20), "image/jpeg", (30, 20)), ("TIFF", (30, 20), "image/jpeg", (30, 20)),
     ("AVIF", (64, 64), "image/jpeg", (64, 64))],
)  # fmt: skip
def test_every_kind_of_picture_becomes_one_that_browsers_draw(form, size, becomes, measure):
    kept, picture = drawn(photo(size, form), f"a.{form.lower()}")

    assert (kept.content_type, (kept.width, kept.height), picture.size) == (becomes, measure, measure)
    with Image.open(store.thumb_of(kept.sha256)) as thumb:
        assert thumb.format == "WEBP"
        assert max(thumb.size) <= 320


def test_what_can_be_seen_through_stays_so():
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(file, "PNG")

    assert drawn(file.getvalue(), "a.png")[1].mode == "RGBA"


def test_inks_for_print_become_colours_of_a_screen():
    file = io.BytesIO()
    Image.new("CMYK", (8, 8), (0, 0, 0, 0)).save(file, "JPEG")

    picture = drawn(file.getvalue())[1]
    assert (picture.mode, picture.getpixel((0, 0))) == ("RGB", (255, 255, 255))


def test_the_same_photo_twice_is_one_content():
    one, other = intake.prepare(photo(form="JPEG"), "one.jpg"), intake.prepare(photo(form="JPEG"), "other.jpg")

    assert one.sha256 == other.sha256
    assert len(list(store.root().glob("??/??/*"))) == 2  # the content and its thumb


def bomb() -> bytes:
    """A PNG of 20,000 x 20,000 that says so in its head; 1.2 GB once decoded, a few hundred bytes here."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head():
    said = refused(bomb(), "bomb.png")
    assert said == "bomb.png has more than 64 million pixels. Save it smaller and send it again."


@pytest.mark.parametrize("lenient", [False, True])
def test_a_damaged_picture_is_refused(lenient, monkeypatch):
    """Also after the maker of PDFs has told Pillow to take what there is."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)

    said = refused(photo((400, 300), "JPEG")[:900], "half.jpg")
    assert (
        said == "half.jpg cannot be read as a picture; it seems damaged. Open it where it was made and save it again."
    )


# --- what is not a picture


def office() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SVG = b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [(SVG, "logo.svg", "image/svg+xml"), (b"<!DOCTYPE html><script>alert(1)</script>", "page.txt", "text/html"),
     (b"%PDF-1.7 ...", "quote.pdf", "application/pdf"), (office(), "list.xlsx", SHEET),
     (b"a,b\n1,2\n", "list.csv", "text/plain"), (b"\x00\x01\x02\x03", "what.bin", "application/octet-stream"),
     ("<svg>".encode("utf-16"), "odd.txt", "image/svg+xml"), (b"PK\x03\x04 broken", "a.zip", "application/octet-stream")],
)  # fmt: skip
def test_documents_are_kept_as_they_are_under_what_they_really_are(content, name, kind):
    kept = intake.prepare(content, name)

    assert (kept.content_type, kept.name, kept.kind, kept.width) == (kind, name, "document", None)
    assert store.path_of(kept.sha256).read_bytes() == content
    assert not store.thumb_of(kept.sha256).exists()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [(b"", "empty.jpg", "empty.jpg is empty: nothing was kept of it. Look at it where it was made and send it again."),
     (b"MZ\x90\x00", "setup.exe", "setup.exe is a program, and programs are not kept here. Send what it makes, like a PDF."),
     (b"#!/bin/sh\n", "a.jpg", "a.jpg is a program, and programs are not kept here. Send what it makes, like a PDF."),
     (SVG, "a.png", "a.png is no picture, though its name says so: it is an SVG drawing. Send the picture."),
     (b"%PDF-1.7", "a.jpg", "a.jpg is no picture, though its name says so: it is a PDF. Send the picture.")],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_by_name(content, name, sentence):
    assert refused(content, name) == sentence


def test_a_photo_that_few_can_open_says_what_to_do():
    assert "Most Compatible" in refused(b"\x00\x00\x00\x18ftypheic" + b"\0" * 20, "IMG_1.HEIC")


def test_a_picture_with_another_name_is_a_picture_and_called_so():
    assert intake.prepare(photo(form="JPEG"), "scan.pdf").name == "scan.pdf.jpg"
    assert intake.prepare(photo(form="TIFF"), "scan.tif").name == "scan.jpg"
    assert intake.prepare(photo(form="JPEG"), "a.jpeg").name == "a.jpeg"


def test_too_much_is_refused(settings):
    settings.FILES_MAX_BYTES = 1_000_000

    said = refused(b"x" * 1_000_001, "film.txt")

    assert said == "film.txt is larger than 1 MB, which is the most for one file. Send it smaller, or in parts."
    with pytest.raises(Refused):
        intake.prepare(SimpleUploadedFile("film.txt", b"x" * 1_000_001))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\Users\\a\\b.txt", "b.txt"), ("a\u202egpj.exe", "agpj.exe"), ("a\r\nb.txt", "ab.txt"),
     ("...", "file"), ("", "file"), ("لکڑی.txt", "لکڑی.txt"), ("n" * 300 + ".txt", "n" * 156 + ".txt")],
)  # fmt: skip
def test_names_are_plain(typed, kept):
    assert intake.clean_name(typed) == kept


def test_a_kind_has_words_for_people():
    assert kinds.words_for("application/octet-stream") == "something else"


# --- the scanner


@pytest.fixture
def scanner(tmp_path, settings):
    """A program that finds the test string of virus scanners, and fails on demand, as a real one does."""
    script = tmp_path / "scan.sh"
    script.write_text('#!/bin/sh\ngrep -q BROKEN "$1" && exit 2\ngrep -q EICAR-STANDARD "$1" && exit 1\nexit 0\n')
    script.chmod(0o755)
    settings.SCAN_COMMAND = f"{script} {{path}}"
    return script


def test_what_the_scanner_finds_is_refused_and_gone(scanner):
    said = refused(EICAR, "invoice.txt")
    assert said == "invoice.txt was refused by the virus scanner and not kept. Check the device it came from."
    assert intake.prepare(b"clean", "a.txt").size == 5


@pytest.mark.parametrize("command", [None, "/no/such/scanner {path}"])
def test_a_scanner_that_fails_lets_nothing_through(scanner, settings, command):
    settings.SCAN_COMMAND = command or settings.SCAN_COMMAND

    said = refused(b"BROKEN", "a.txt")
    assert said == "a.txt was not kept: the virus scanner does not answer. Try again in a few minutes."


# --- the disk


def test_a_full_disk_is_said_and_leaves_nothing(small_files):
    said = refused(os.urandom(300_000), "a.bin")
    assert said == "There is no room left on the server's disk, so this was not kept. Tell a system admin."


@pytest.fixture
def small_files():
    """No file may grow past 100 kB in this process: the write fails as it does on a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
