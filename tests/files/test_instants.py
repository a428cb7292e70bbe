"""Instants in files: as the reader's clock shows them, with the zone beside it, and read back as that clock's time."""

import io
import zipfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from service.files.reading import read_table
from service.files.tables import FileKind
from service.files.writing import write_table

NOON = datetime(2026, 11, 28, 5, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "clock", "name"),
    [("Asia/Jakarta", "12:00", "WIB"), ("Asia/Makassar", "13:00", "WITA"), ("Asia/Jayapura", "14:00", "WIT")],
)
def test_a_workbook_has_a_real_instant_that_names_its_zone(zone, clock, name):
    content = write_table(FileKind.XLSX, ["waktu"], [[NOON.astimezone(ZoneInfo(zone))]])
    [(_, [shown])] = read_table(content, FileKind.XLSX).rows
    assert shown.isoformat(" ", timespec="minutes") == f"2026-11-28 {clock}"
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert f"yyyy-mm-dd hh:mm &quot;{name}&quot;" in book.read("xl/styles.xml").decode()


def test_a_csv_has_the_clock_and_how_far_it_is_ahead():
    content = write_table(FileKind.CSV, ["waktu"], [[NOON.astimezone(ZoneInfo("Asia/Jakarta"))]])
    assert content.decode("utf-8-sig").split("\r\n")[1] == "2026-11-28T12:00:07+07:00"
