"""Goods are called back in the pages, and kitchens say what became of them."""

import uuid

import pytest
import sqlalchemy as sa

from service.domain.deliveries import Delivery, DeliveryStatus
from service.domain.items import NeedClass
from service.domain.people import Role
from service.domain.policies import Policy, PolicyValues
from service.web.policy_words import VALUES
from tests.factories.deliveries import LEFT_AT


@pytest.fixture
def recall_id(things):
    return things["recall_id"].value


async def test_the_food_office_looks_who_got_goods_before_it_calls_them_back(page_as, recall_id):
    office = page_as(Role.FOOD_OFFICER)
    nobody = (await office.get("/recalls/new?lot_code=TIDAK-ADA")).text
    assert "Tidak ada pengiriman atau penawaran dengan barang itu." in nobody
    unnamed = (await office.get("/recalls/new?item_code=RICE-M")).text
    assert "summary" in unnamed
    refused = await office.post(
        "/recalls", data={"form": "recall", "at": "/recalls/new?lot_code=TIDAK-ADA", "lot_code": "TIDAK-ADA"}
    )
    assert refused.status_code == 422


async def test_the_food_office_stops_an_item_of_days_to_come_and_may_end_it_at_once(page_as, things):
    office = page_as(Role.FOOD_OFFICER)
    address = "/recalls/new?item_code=RICE-M&from_date=2027-03-01&to_date=2027-03-03"
    assert "Belum ada yang dikirim" in (await office.get(address)).text
    fields = {"item_code": "RICE-M", "from_date": "2027-03-01", "to_date": "2027-03-03", "reason": "Flu burung"}
    done = await office.post("/recalls", data={"form": "recall", "at": address, **fields})
    address = done.headers["Location"].partition("?")[0]
    shown = (await office.get(address)).text
    assert "Belum ada dapur yang menerimanya" in shown
    version = shown.partition('name="version" value="')[2].partition('"')[0]
    ended = await office.post(f"{address}/closing", data={"form": "close", "at": address, "version": version})
    assert "Penarikan selesai." in (await office.get(ended.headers["Location"])).text


async def test_the_food_office_calls_back_what_stood_on_a_delivery_note(page_as, session, things):
    office, delivery_id = page_as(Role.FOOD_OFFICER), things["delivery_id"].value
    delivery = await session.get_one(Delivery, uuid.UUID(delivery_id))
    delivery.status, delivery.dispatched_at = DeliveryStatus.DISPATCHED, LEFT_AT
    await session.flush()
    number = delivery.number
    address = f"/recalls/new?delivery_number={number}"
    assert f'href="{address}"' in (await office.get(f"/deliveries/{delivery_id}")).text
    asked = (await office.get(address)).text
    assert things["lot_code"].value in asked
    assert f'name="delivery_number" value="{number}"' in asked
    fields = {"form": "recall", "at": address, "delivery_number": number, "reason": "Salmonella"}
    done = await office.post("/recalls", data=fields)
    shown = (await office.get(done.headers["Location"])).text
    assert number in shown
    assert things["lot_code"].value in shown
    assert number in (await office.get("/recalls")).text
    confirmation = done.headers["Location"].partition("?")[0] + "/confirmation"
    assert things["lot_code"].value in (await page_as(Role.KITCHEN_HEAD).get(confirmation)).text
    unknown = (await office.get("/recalls/new?delivery_number=SJ-TIDAK-ADA")).text
    assert "Tidak dikenal." in unknown


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
