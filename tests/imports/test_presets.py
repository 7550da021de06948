"""A preset is written by people: what is wrong with it is said by name. A folder of tables is joined row by row."""

from pathlib import Path

import pytest

from ops.errors import Refused
from ops.imports.columns import Column
from ops.imports.presets import Preset, find_files, read_preset
from ops.imports.reading import Reading, understand

COLUMNS = (
    Column("key", "Number", required=True),
    Column("day", "Day", "day", shared=True),
    Column("who", "Customer"),
    Column("amount", "Amount", "decimal"),
    Column("price", "Price", "decimal"),
)
BOOK = """
label: Till
source: till
rows: Lines.csv
columns: {key: No, day: [Head.Day, Day], who: People.Name, amount: Amount}
joins:
  - {file: Head.csv, by: No}
  - {file: People.csv, by: Head.Person, key: Id, optional: true}
"""


def written(folder: Path, text: str) -> Preset:
    path = folder / "till.yaml"
    path.write_text(text)
    return read_preset(path, COLUMNS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("label: Till", "says label, source and columns"),
        (BOOK + "colour: red", "colour is nothing that a preset can say"),
        (BOOK.replace("who:", "whom:"), "there is no column whom"),
        (BOOK + "dates: ymd", "dates are dmy or mdy"),
    ],
)
def test_a_mistake_in_a_preset_is_named(tmp_path, text, words):
    with pytest.raises(ValueError, match=words):
        written(tmp_path, text)


def folder_of(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def read(tmp_path: Path, where: Path) -> Reading:
    preset = written(tmp_path, BOOK)
    return understand(*find_files(where, preset), preset, COLUMNS, [("amount", "price")])


def test_tables_of_one_folder_are_joined(tmp_path):
    folder = folder_of(
        tmp_path, Lines="No,Amount\n1,5\n1,6\n2,7\n9,8\n", Head="No,Day,Person\n1,2026-01-31,a\n2,2026-02-01,b\n",
        People="Id,Name\na,Ayla\n",
    )  # fmt: skip

    rows = [values[:4] for _, refused, values in read(tmp_path, folder).rows() if not refused]

    assert rows == [
        ["1", "2026-01-31", "Ayla", "5"], ["1", "2026-01-31", "Ayla", "6"], ["2", "2026-02-01", None, "7"],
        ["9", None, None, "8"],
    ]  # fmt: skip


def test_one_file_that_holds_everything_needs_no_folder(tmp_path):
    folder = folder_of(tmp_path, all="No,Day,Amount\n1,2026-01-31,5\n")

    assert [values[:2] for _, _, values in read(tmp_path, folder / "all.csv").rows()] == [["1", "2026-01-31"]]


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(Refused, match="There is no file"):
        read(tmp_path, tmp_path / "nowhere")
    with pytest.raises(Refused, match=r"has no file “Lines\.csv”"):
        read(tmp_path, folder_of(tmp_path, Other="No\n1\n"))


def test_a_row_without_either_column_is_refused(tmp_path):
    reading = read(tmp_path, folder_of(tmp_path, Lines="No,Amount\n1,\n"))

    assert [refused for _, refused, _ in reading.rows()] == [True]
    assert str(reading.problems.kept[0]) == "Line 2, Amount and Price: this is blank."


def test_a_file_of_any_size_stays_small_here(tmp_path):
    """Ten times the lines, the same memory: nothing but the date readers' small caches grows."""
    import tracemalloc

    def peak(lines: int) -> int:
        path = tmp_path / f"{lines}.csv"
        path.write_text("No,Day,Amount\n" + "".join(f"{n},2026-01-31,5\n" for n in range(lines)))
        preset = written(tmp_path, BOOK)
        tracemalloc.start()
        for _ in understand(path, {}, preset, COLUMNS, [("amount", "price")]).rows():
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(50_000) < peak(5_000) * 1.5 + (1 << 21)
