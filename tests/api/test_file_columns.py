"""What stands in the files whose columns are worked out from a list's schema."""

from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from fastapi import APIRouter
from pydantic import BaseModel

from service.api.column_titles import TITLES
from service.api.dependencies import Work
from service.api.file_columns import LONGEST, Setting, columns_of, rows_of
from service.api.list_exports import exported
from service.api.pagination import Page
from service.domain.errors import InvalidField
from service.domain.items import ColdChain
from service.domain.people import Role
from service.domain.permissions import Actor
from service.domain.price_caps import CapKind
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.words.spoken import SPOKEN
from tests.api.test_list_exports import BOTH, EXPORTS, LISTS, csv_rows, rows_model
from tests.factories.catalogue import new_cap
from tests.factories.items import new_item
from tests.factories.plans import WEEK
from tests.factories.proposals import add_proposal, published

WIB = ZoneInfo("Asia/Jakarta")
WORKED_OUT = [path for path in BOTH if EXPORTS[path].route.endpoint.__module__ == "service.api.list_exports"]


class Quote(BaseModel):
    provider: str
    price_idr: int | None = None


class Fairness(BaseModel):
    gini: float | None


class Offered(BaseModel):
    offer_id: UUID
    line_id: UUID | None = None
    item_code: str
    is_active: bool
    valid_from: date
    created_at: datetime | None
    category: ColdChain
    fairness: Fairness | None
    quotes: list[Quote]
    facts: dict[str, int]
    dates: list[date]


OFFERED = Offered(
    offer_id=UUID(int=1),
    item_code="RICE-P",
    is_active=True,
    valid_from=date(2026, 12, 1),
    created_at=datetime(2026, 11, 28, 5, tzinfo=UTC),
    category=ColdChain.CHILLED,
    fairness=None,
    quotes=[Quote(provider="Pasar A", price_idr=14_000), Quote(provider="Pasar B")],
    facts={"b": 2, "a": 1},
    dates=[date(2026, 12, 1), date(2026, 12, 2)],
)


async def file_rows(client, path, **params):
    answered = await client.get(path, params={**params, "format": "csv"})
    assert answered.status_code == 200, answered.text
    header, *rows = csv_rows(answered.content)
    return [dict(zip(header, row, strict=True)) for row in rows]


def named_fields(model):
    for name, field in model.model_fields.items():
        yield name
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from named_fields(inner)


def test_every_field_of_a_file_has_an_indonesian_title():
    assert len(WORKED_OUT) > 25
    said = {name for path in WORKED_OUT for name in named_fields(rows_model(LISTS[path]))}
    assert said - set(TITLES) == set()
    assert set(TITLES) - said == set()


def test_every_code_that_such_a_file_may_hold_has_a_word_in_it():
    found = {kind for path in WORKED_OUT for kind in kinds_of(rows_model(LISTS[path]))}
    assert len(found) > 15
    assert found - set(SPOKEN) == {CapKind}, "which the law itself calls HET and HAP"


def kinds_of(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for field in annotation.model_fields.values():
            yield from kinds_of(field.annotation)
    elif isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from kinds_of(inner)


@pytest.mark.parametrize("kind", SPOKEN, ids=lambda kind: kind.__name__)
def test_all_codes_of_a_kind_have_words(kind):
    assert set(SPOKEN[kind]) == set(kind)


def test_a_row_says_all_of_a_thing_in_cells_that_a_person_can_read():
    columns = columns_of(Offered)
    rice = new_item(code="RICE-P", name_id="Beras premium")
    [row] = rows_of(columns, [OFFERED], Setting({"RICE-P": rice}, WIB))
    assert dict(zip([column.title for column in columns], row, strict=True)) == {
        "kode_barang": "RICE-P",
        "nama": "Beras premium",
        "satuan_dasar": "g",
        "aktif": True,
        "berlaku_dari": date(2026, 12, 1),
        "dibuat": datetime(2026, 11, 28, 5, tzinfo=UTC),
        "golongan": "dingin",
        "keadilan_gini": None,
        "penawaran_pembanding": "pemberi: Pasar A, harga: 14000; pemberi: Pasar B",
        "isi": '{"a": 1, "b": 2}',
        "tanggal": "2026-12-01 2026-12-02",
        "id_penawaran": str(UUID(int=1)),
        "id": None,
    }
    assert [column.title for column in columns][-2:] == ["id_penawaran", "id"]


def test_parts_have_a_row_each_and_what_has_no_part_has_one_too():
    columns = columns_of(Offered, each="quotes")
    bare = OFFERED.model_copy(update={"quotes": []})
    rows = rows_of(columns, [OFFERED, bare], Setting({}, WIB), each="quotes")
    place = [column.title for column in columns].index("penawaran_pembanding_pemberi")
    assert [row[place : place + 2] for row in rows] == [["Pasar A", 14_000], ["Pasar B", None], [None, None]]


def test_what_no_cell_could_hold_is_shortened_and_says_so():
    long = OFFERED.model_copy(update={"quotes": [Quote(provider="x" * 40_000)]})
    [row] = rows_of(columns_of(Offered), [long], Setting({}, WIB))
    assert (len(row[8]), row[8][-2:]) == (LONGEST + 2, " …")


def test_instants_among_several_things_are_at_the_hours_of_the_reader():
    seen = OFFERED.model_copy(update={"dates": [datetime(2026, 12, 2, 1, tzinfo=UTC)]})
    [row] = rows_of(columns_of(Offered), [seen], Setting({}, WIB))
    assert "2026-12-02T08:00:00+07:00" in row


async def test_more_rows_than_a_file_may_have_are_refused(units, session, world):
    router = APIRouter()

    @exported(router, "all")
    @router.get("/quotes")
    async def list_quotes(work: Work, limit: int = 50) -> Page[Quote]:
        return Page(items=[Quote(provider="A")] * limit)

    export = router.routes[-1].endpoint
    user = world.users[Role.AUDITOR]
    actor = Actor(user.id, user.organisation_id, world.region_code, user.role)
    with pytest.raises(InvalidField) as refused:
        async with units.begin(actor=actor) as work:
            await export(work=work, file_kind=FileKind.CSV)
    assert f"{MOST_ROWS:,}" in str(refused.value)


async def test_members_take_away_their_own_part_of_a_plan(client_as, session, world):
    proposal = await add_proposal(session, world, **published())
    path = f"/plans/{proposal.plan.id}"
    city, kitchen, seller = map(client_as, (Role.AUDITOR, Role.KITCHEN_HEAD, Role.COOP_OFFICER))
    assert len(await file_rows(city, f"{path}/allocations/export")) == 2
    for client, own in ((kitchen, world.kitchen), (seller, world.cooperative)):
        [row] = await file_rows(client, f"{path}/allocations/export")
        assert own.name in {row["dapur"], row["koperasi"]}
        assert (row["kode_barang"], row["satuan_dasar"], row["jumlah_dialokasikan"]) == ("RICE-M", "g", "40000")
        assert row["tanggal_masak"] == WEEK.isoformat()
    [short] = await file_rows(kitchen, f"{path}/shortages/export")
    assert short["alasan"].startswith("kode: Barang yang bisa dikirim sudah habis terbagi, jumlah_terhalang: 10000")
    [bought] = await file_rows(seller, f"{path}/purchases/export")
    assert (bought["kode_barang"], bought["kemasan"]) == ("RICE-M", "2")
    assert await file_rows(kitchen, f"{path}/purchases/export") == []
    foreign = await file_rows(kitchen, f"{path}/allocations/export", kitchen_id=str(proposal.kitchens[1].id))
    assert foreign == []


async def test_no_text_of_such_a_file_is_a_formula(client_as, session, world):
    item = new_item()
    session.add(item)
    await session.flush()
    session.add(new_cap(item.code, source="=HYPERLINK(1)"))
    await session.flush()
    [row] = await file_rows(client_as(Role.AUDITOR), "/price-caps/export")
    assert row["sumber"] == "'=HYPERLINK(1)"
