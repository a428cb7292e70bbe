"""Workbooks made to do harm harm a process that ends: whoever serves others stays small and is never told too much."""

import asyncio
import sys
import tracemalloc
from string import ascii_uppercase

import pytest

from service.domain.errors import InvalidField, TooManyLists
from service.files import workbooks
from service.files.bounds import MOST_COLUMNS, MOST_ROWS
from service.files.reading import AT_ONCE, WAITING, read_sent, read_table
from service.files.tables import FileKind, Table
from tests.factories.workbooks import part_of, with_part, workbook

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
SMALL_BYTES = 100_000_000
CELL_OF_THE_ONE_TEXT = b'<c t="s"><v>0</v></c>'
READS_FOR_A_WHILE = """
import sys, time
with open(sys.argv[1], "a") as told:
    print("+", file=told, flush=True)
    sys.stdin.buffer.read()
    time.sleep(0.2)
    print("-", file=told, flush=True)
print('[1, ["kode"]]')
"""


def with_rows(rows: bytes, text: str = "kode") -> bytes:
    """Return a workbook with these rows in XML and a single text, which is number 0."""
    book = workbook([text])
    head = part_of(book, SHEET).split(b"<sheetData>")[0]
    return with_part(book, SHEET, head + b"<sheetData>" + rows + b"</sheetData></worksheet>")


def refusal(content: bytes) -> tuple[str, int]:
    """Return the code of a refusal, and how many bytes it took here."""
    tracemalloc.start()
    try:
        with pytest.raises(InvalidField) as refused:
            read_table(content, FileKind.XLSX)
        return refused.value.faults[0].code, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_million_places_are_counted_elsewhere():
    columns = [f"{first}{second}".encode() for first in "ABC" for second in ascii_uppercase]
    rows = b"".join(b'<c r="%s%d"/>' % (column, row) for row in range(1, MOST_ROWS + 1) for column in columns)
    code, taken_bytes = refusal(with_rows(b"<row>" + rows + b"</row>"))
    assert code == "unreadable"
    assert taken_bytes < SMALL_BYTES


def test_one_long_text_told_a_million_times_is_not_told_at_all():
    row = b"<row>" + CELL_OF_THE_ONE_TEXT * MOST_COLUMNS + b"</row>"
    code, taken_bytes = refusal(with_rows(row * MOST_ROWS, "x" * 300))
    assert code == "too_large"
    assert taken_bytes < SMALL_BYTES


@pytest.mark.parametrize(
    ("rows", "text", "told"),
    [
        ((b"<row>" + CELL_OF_THE_ONE_TEXT + b"</row>") * (MOST_ROWS + 2), "a", "At most 20,000 rows; split the file."),
        (b"<row>" + CELL_OF_THE_ONE_TEXT * (MOST_COLUMNS + 1) + b"</row>", "a", "Row 1 has more than 60 columns."),
        (b"<row>" + CELL_OF_THE_ONE_TEXT + b"</row>", "x" * 1_001, "Row 1 has a cell of more than 1,000 characters."),
        (b"<row><c/></row>", "a", "The file is empty. The first line names the columns."),
        (b'<row r="21001"><c r="A21001" t="s"><v>0</v></c></row>', "a",
         "A cell stands below row 21,000. Delete what lies below the list."),
    ],
)  # fmt: skip
def test_what_is_too_much_for_a_list_is_told_in_the_same_words_as_ever(rows, text, told):
    with pytest.raises(InvalidField) as refused:
        read_table(with_rows(rows, text), FileKind.XLSX)
    assert refused.value.faults[0].message == told


def test_a_list_as_large_as_a_list_may_be_is_read():
    row = b"<row>" + CELL_OF_THE_ONE_TEXT * 2 + b"</row><row/>"
    table = read_table(with_rows(row * (MOST_ROWS + 1)), FileKind.XLSX)
    assert (table.header, len(table.rows)) == (("kode", "kode"), MOST_ROWS)
    assert table.rows[-1] == (2 * MOST_ROWS + 1, ("kode", "kode"))


@pytest.mark.parametrize(
    "said",
    [
        "print('[1, [1]]'); sys.exit(3)",
        "print('[1, ')",
        "print('[1, [1]]' * 100_000_000)",
        "time.sleep(60)",
        "sys.stdin.close(); sys.exit(1)",
    ],
)
def test_a_reader_that_goes_wrong_is_not_believed(monkeypatch, said):
    monkeypatch.setattr(workbooks, "_COMMAND", (sys.executable, "-c", f"import sys, time; {said}"))
    monkeypatch.setattr(workbooks, "LONGEST_S", 2)
    code, taken_bytes = refusal(b"x" * 1_000_000)
    assert code == "unreadable"
    assert taken_bytes < SMALL_BYTES


async def test_two_are_read_at_once_and_others_wait(monkeypatch, tmp_path):
    told = tmp_path / "told"
    monkeypatch.setattr(workbooks, "_COMMAND", (sys.executable, "-c", READS_FOR_A_WHILE, str(told)))
    tables = await asyncio.gather(*[read_sent(b"PK") for _ in range(3 * AT_ONCE)])
    assert [table.header for table in tables] == [("kode",)] * (3 * AT_ONCE)
    reading = [1 if mark == "+" else -1 for mark in told.read_text().split()]
    assert max(sum(reading[:end]) for end in range(1, len(reading) + 1)) <= AT_ONCE


async def test_who_comes_when_as_many_wait_as_may_is_told_at_once(monkeypatch, tmp_path):
    monkeypatch.setattr(workbooks, "_COMMAND", (sys.executable, "-c", READS_FOR_A_WHILE, str(tmp_path / "told")))
    came = await asyncio.gather(*[read_sent(b"PK") for _ in range(AT_ONCE + WAITING + 2)], return_exceptions=True)
    assert [type(one) for one in came] == [Table] * (AT_ONCE + WAITING) + [TooManyLists] * 2
    assert (await read_sent(b"PK")).header == ("kode",)
