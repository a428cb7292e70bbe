"""Goods are called back in the pages, and kitchens say what became of them."""

import pytest
import sqlalchemy as sa

from service.domain.items import NeedClass
from service.domain.people import Role
from service.domain.policies import Policy, PolicyValues
from service.web.policy_words import VALUES


@pytest.fixture
def recall_id(things):
    return things["recall_id"].value


async def test_the_food_office_looks_who_got_goods_before_it_calls_them_back(page_as, recall_id):
    office = page_as(Role.FOOD_OFFICER)
    nobody = (await office.get("/recalls/new?lot_code=TIDAK-ADA")).text
    assert "Tidak ada pengiriman dengan barang itu." in nobody
    unnamed = (await office.get("/recalls/new?item_code=RICE-M")).text
    assert "summary" in unnamed
    refused = await office.post(
        "/recalls", data={"form": "recall", "at": "/recalls/new?lot_code=TIDAK-ADA", "lot_code": "TIDAK-ADA"}
    )
    assert refused.status_code == 422


async def test_the_operator_publishes_a_policy_as_percent_and_rupiah(page_as, session, things):
    policy = (await session.scalars(sa.select(Policy).order_by(Policy.number.desc()).limit(1))).one()
    factors = dict.fromkeys((need.value for need in NeedClass), 80_000)
    policy.values = {**policy.values, "shortage_factor_bp": factors}
    await session.flush()
    operator = page_as(Role.CITY_OPERATOR)
    page = (await operator.get("/policies")).text
    fields = {"form": "policy", "at": "/policies", "note": "Lebih adil"}
    for part in page.split('<input id="policy-')[1:]:
        name = part.partition('"')[0]
        fields[name] = part.partition('value="')[2].partition('"')[0]
    fields["number"] = page.partition('name="number" value="')[2].partition('"')[0]
    fields["fallen_lines"] = "ask_operator"
    refused = await operator.post("/policies", data={**fields, "fairness_bp": "120", "drop_idr": "lima"})
    assert refused.status_code == 422
    assert 'id="policy-fairness_bp-wrong"' in refused.text
    assert 'id="policy-drop_idr-wrong"' in refused.text
    done = await operator.post("/policies", data={**fields, "fairness_bp": "12,5"})
    assert done.headers["Location"] == "/policies?said=policy_published"
    assert "12,5%" in (await operator.get("/policies")).text
    late = await operator.post("/policies", data={**fields, "fairness_bp": "13"})
    assert (late.status_code, "Sudah diubah orang lain" in late.text) == (412, True)
    assert 'value="13"' in late.text
    assert "Lebih adil" in late.text


def test_every_number_of_the_policy_can_be_read_and_changed():
    numbers = {name for name, field in PolicyValues.model_fields.items() if field.annotation is int}
    assert set(VALUES) == numbers


async def test_the_books_are_read_and_narrowed(page_as, things):
    page = await page_as(Role.AUDITOR).get("/ledger?account=receivable")
    assert page.status_code == 200
    assert "Buku besar" in page.text
