"""Files into tables, also those that were made to do harm."""

import io
import random
import tracemalloc
import zipfile
from datetime import date

import pytest

from service.domain.errors import InvalidField
from service.files.bounds import MOST_ROWS
from service.files.reading import kind_of, read_table
from service.files.tables import FileKind, table_of
from tests.factories.workbooks import csv_file, part_of, with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"


def refusal(content: bytes, kind: FileKind) -> str:
    with pytest.raises(InvalidField) as refused:
        read_table(content, kind)
    return refused.value.faults[0].code


def outcome(content: bytes) -> str | tuple[str, ...]:
    """Return a workbook's header, or the code of its refusal."""
    try:
        return read_table(content, FileKind.XLSX).header
    except InvalidField as refused:
        return refused.faults[0].code


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_of_every_separator_and_encoding(delimiter, encoding):
    content = csv_file(["Kode", "Né, tor; x"], ["A", "é"], [], ["B"], delimiter=delimiter, encoding=encoding)
    table = read_table(content, FileKind.CSV)
    assert (table.header, table.delimiter) == (("Kode", "Né, tor; x"), delimiter)
    assert table.rows == ((2, ("A", "é")), (4, ("B", None)))


def test_a_line_that_names_the_separator_is_no_header():
    table = read_table(b"sep=;\r\na,b;c\r\n1;2\r\n", FileKind.CSV)
    assert (table.header, table.rows) == (("a,b", "c"), ((3, ("1", "2")),))


def test_a_workbook_with_dates_numbers_and_formulas():
    table = read_table(workbook([], ["Kode", "Hari"], ["A", date(2026, 11, 24)], ["=1+1", 2.5]), FileKind.XLSX)
    assert table.header == ("Kode", "Hari")
    # A formula is what it was last worked out to; it is not worked out here.
    assert table.rows == ((3, ("A", date(2026, 11, 24))), (4, (0.0, 2.5)))


def test_the_kind_is_seen_from_the_bytes():
    assert [kind_of(content) for content in (workbook(["a"]), b"a;b")] == [FileKind.XLSX, FileKind.CSV]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", FileKind.CSV),
        (b"\r\n\r\n", FileKind.CSV),
        (b"a\0b;c", FileKind.CSV),
        (b"\x81\x8d\x8f", FileKind.CSV),
        (b'a;b\r\n"' + b"x" * 200_000, FileKind.CSV),
        (b"PK\x03\x04 not a zip", FileKind.XLSX),
        (b"no zip at all", FileKind.XLSX),
    ],
)
def test_what_is_no_list(content, kind):
    assert refusal(content, kind) in {"unreadable", "too_large"}


def test_more_rows_columns_or_letters_than_a_list_has():
    assert refusal(csv_file(["a"], *[["x"]] * (MOST_ROWS + 1)), FileKind.CSV) == "too_large"
    assert refusal(csv_file(["a"], ["x"] * 61), FileKind.CSV) == "too_large"
    assert refusal(csv_file(["a"], ["x" * 1_001]), FileKind.CSV) == "too_large"


def test_a_list_is_not_read_on_once_it_is_too_long():
    """Five million line ends are a small file; all of them as rows would be half a gigabyte."""
    lines = iter([["x"]] * (MOST_ROWS + 100))
    with pytest.raises(InvalidField) as refused:
        table_of(FileKind.CSV, lines)
    assert refused.value.faults[0].code == "too_large"
    assert len(list(lines)) == 98


def test_a_zip_bomb_is_refused_before_it_unfolds():
    bomb = with_part(workbook(["a"]), "xl/media/bomb.xml", b"0" * 200_000_000)
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    assert refusal(bomb, FileKind.XLSX) == "too_large"
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_directory_that_lies_about_sizes_is_refused():
    book = bytearray(with_part(workbook(["a"]), "xl/media/bomb.xml", b"0" * 70_000_000))
    true_size = (70_000_000).to_bytes(4, "little")
    assert book.count(true_size) == 2
    assert refusal(bytes(book.replace(true_size, (10).to_bytes(4, "little"))), FileKind.XLSX) == "unreadable"


@pytest.mark.parametrize("place", ["A1048576", "XFD2", "ZZZZZZZZ1", "a99999999999"])
def test_one_cell_far_away_makes_no_grid_of_millions(place):
    book = workbook(["a"], ["b"])
    sheet = part_of(book, SHEET).replace(b'r="A2"', f'r="{place}"'.encode())
    assert refusal(with_part(book, SHEET, sheet), FileKind.XLSX) == "too_large"


def test_a_place_that_ends_the_reader_ends_nothing_else():
    """Found by `make fuzz`: the letters are more than the reader counts to, and it aborts."""
    book = workbook(["a"], ["b"])
    sheet = part_of(book, SHEET).replace(b'r="A2"', b'r="pageMarginsE2"')
    assert refusal(with_part(book, SHEET, sheet), FileKind.XLSX) == "unreadable"


@pytest.mark.parametrize("rows", [2, 4_000_000])
def test_rows_without_a_place_make_no_grid_that_fills_the_memory(rows):
    book = workbook(["a"])
    far = b"<sheetData><row>" + b"<c/>" * 3_000_000 + b"<c><v>1</v></c></row>" + b"<row/>" * rows
    sheet = part_of(book, SHEET).split(b"<sheetData>")[0] + far + b"<row><c><v>1</v></c></row></sheetData></worksheet>"
    assert refusal(with_part(book, SHEET, sheet), FileKind.XLSX) in {"unreadable", "too_large"}


def test_sheets_in_another_encoding_cannot_hide_their_places():
    book = workbook(["a"])
    hidden = part_of(book, SHEET).decode().encode("utf-16")
    assert refusal(with_part(book, SHEET, hidden), FileKind.XLSX) == "unreadable"


def test_entities_do_not_unfold():
    lol = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    book = workbook(["kode", "b"])
    strings = part_of(book, "xl/sharedStrings.xml").replace(b"<sst", lol + b"<sst", 1).replace(b">kode<", b">&b;<")
    evil = with_part(book, "xl/sharedStrings.xml", strings)
    assert outcome(evil) in {"unreadable", ("&b;", "b"), ("", "b")}


def test_other_kinds_of_archives_are_no_workbooks():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert refusal(stream.getvalue(), FileKind.XLSX) == "unreadable"
    assert refusal(with_part(workbook(["a"]), "content.xml", b"<office/>"), FileKind.XLSX) == "unreadable"


def test_damaged_workbooks_are_refused_and_nothing_worse():
    book = workbook(["Kode", "Hari"], ["A", date(2026, 11, 24)], ["B", 2.5])
    draw, seen = random.Random(1), set()
    for _ in range(100):  # each of them starts a process
        damaged = bytearray(book[: draw.randrange(1, len(book))] if draw.random() < 0.2 else book)
        for _ in range(draw.randrange(1, 8)):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        seen.add(type(outcome(bytes(damaged))))
    assert seen == {str, tuple}
