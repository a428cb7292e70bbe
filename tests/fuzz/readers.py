"""The readers of files that strangers send, each with files to begin with and what must hold for whatever it gets."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from service.domain.errors import InvalidField
from service.files.archives import require_safe
from service.files.backups import MANIFEST, SEAL, BackupRefused, Manifest, reading_backup, writing_backup
from service.files.bounds import Unfit
from service.files.entries import read_lines, read_offers, read_stocks
from service.files.reading import read_table
from service.files.rows import vocabulary_of
from service.files.tables import FileKind, Table
from service.matching.errors import InvalidDocument
from service.matching.reader import checked_problem, parse_plan, parse_problem
from service.matching.writer import write_plan, write_problem
from tests.factories.items import new_item
from tests.factories.mixed_problems import SWITCHES, mixed_problem
from tests.factories.random_problems import random_plan
from tests.factories.workbooks import csv_file, part_of, with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"
OFFERS = (
    ("barang", "jumlah", "harga", "mulai", "sampai", "isi_satuan", "penawaran", "lot", "kedaluwarsa"),
    ("RICE-M", "50 kg", "14.000", "2026-11-24", "30/11/2026", "", "A", "L1", ""),
    ("Beras medium", "2 karung", "14,5", "24 November 2026", "2026-12-01", "25 kg", "A", "L2", "2027-01-31"),
)
STOCKS = (
    ("barang", "jumlah", "isi", "harga", "mulai", "sampai"),
    ("Beras medium", 12, "25 kg", "350.000", date(2026, 12, 1), "2026-12-07"),
)
LINES = (("kode", "tanggal", "jumlah", "harga_maksimum", "boleh_diganti"), ("RICE-M", "2026-12-01", "40 kg", "", "ya"))
PROBLEM = mixed_problem(1, frozenset(SWITCHES))


@dataclass(frozen=True)
class Reader:
    """What reads: it returns or refuses in words, and anything else is a fault of ours."""

    read: Callable[[bytes], object]
    begin: tuple[bytes, ...]
    words: Collection[str]
    """What its files are made of: a change that nobody would guess becomes one that is tried soon."""


def _entries(table: Table) -> None:
    """Read a table as each kind of list: a row says something or what is wrong with it, never both."""
    for read in (read_stocks, read_lines, lambda *asked: read_offers(*asked, usual_cash_bp=0)):
        vocabulary = vocabulary_of({"RICE-M": new_item()}, [("RICE-M", "karung", 25_000)], [])
        try:
            rows = read(table, vocabulary)
        except InvalidField:
            continue
        assert [row.number for row in rows] == [number for number, _ in table.rows]
        assert not [row for row in rows if row.faults and row.entry is not None]


def _read_list(content: bytes) -> None:
    try:
        _entries(read_table(content, FileKind.CSV))
    except InvalidField:
        return


BOOK = workbook(*STOCKS)


def _read_sheet(content: bytes) -> None:
    """Count the archive here as well: what another process does shows the fuzzer no branches."""
    book = with_part(BOOK, SHEET, content)
    try:
        require_safe(book)
        _entries(read_table(book, FileKind.XLSX))
    except (InvalidField, Unfit):
        return


def _read_problem(content: bytes) -> None:
    try:
        problem = parse_problem(content)
    except InvalidDocument:
        return
    assert checked_problem(content) == problem
    assert write_problem(parse_problem(_json(write_problem(problem)))) == write_problem(problem)


def _read_plan(content: bytes) -> None:
    try:
        plan = parse_plan(content)
    except InvalidDocument:
        return
    assert write_plan(parse_plan(_json(write_plan(plan)))) == write_plan(plan)


def _read_backup(content: bytes) -> None:
    """Seal whatever manifest it is, as somebody who wants harm would."""
    with tempfile.NamedTemporaryFile() as file:
        with tarfile.open(fileobj=file, mode="w:") as tar:
            for name, text in ((MANIFEST, content), (SEAL, hashlib.sha256(content).hexdigest().encode())):
                member = tarfile.TarInfo(name)
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text))
        file.flush()
        try:
            with reading_backup(Path(file.name)) as backup:
                assert len(backup.manifest.photos) <= len(backup.manifest.members)
        except BackupRefused:
            return


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()


def _manifest() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "backup")
        made = Manifest(made_at="2026-11-30T00:00:00+00:00", revision="r", postgresql="18", audit_head="")
        made.sequences = {"number_id_seq": (3, True)}
        with writing_backup(path, made):
            pass
        with tarfile.open(path) as tar:
            return tar.extractfile(MANIFEST).read()


def _reader(read: Callable[[bytes], object], *begin: bytes) -> Reader:
    """Return a reader whose files begin as these and are made of their words."""
    return Reader(read, begin, {word for text in begin for word in re.findall(r"[A-Za-z_/:-][\w/:-]+", text.decode())})


READERS = {
    "list": _reader(_read_list, csv_file(*OFFERS), csv_file(*STOCKS, delimiter=","), csv_file(*LINES, delimiter="\t")),
    "workbook": _reader(_read_sheet, *(part_of(workbook(*rows), SHEET) for rows in (OFFERS, STOCKS, LINES))),
    "problem": _reader(_read_problem, _json(write_problem(PROBLEM))),
    "plan": _reader(_read_plan, _json(write_plan(random_plan(PROBLEM, 1)))),
    "backup": _reader(_read_backup, _manifest()),
}
