"""Organisations, people, price caps and the audit trail, as the city's offices keep them in the pages."""

from datetime import date

import pytest
import sqlalchemy as sa

from service.domain.audits import AuditEntry
from service.domain.organisations import Organisation, OrganisationStatus
from service.domain.people import Role, User
from service.domain.price_caps import PriceCap
from tests.factories.items import new_item


@pytest.fixture
async def eggs(session):
    item = new_item("EGG-X")
    session.add(item)
    await session.flush()
    return item


async def fresh(session, kind, **wanted):
    query = sa.select(kind).filter_by(**wanted).execution_options(populate_existing=True)
    return (await session.scalars(query)).one()


async def test_the_operator_suspends_a_cooperative_with_a_reason(page_as, world, session):
    operator, cooperative = page_as(Role.CITY_OPERATOR), world.cooperative
    path = f"/organisations/{cooperative.id}"
    page = await operator.get(path)
    assert cooperative.name in page.text
    fields = {"form": "status", "at": path, "version": str(cooperative.version), "status": "suspended"}
    refused = await operator.post(f"{path}/status", data=fields)
    assert refused.status_code == 422
    assert "Harus diisi." in refused.text
    assert '<option value="suspended" selected>' in refused.text
    done = await operator.post(f"{path}/status", data={**fields, "reason": "Ruang dingin rusak"})
    assert (done.status_code, done.headers["Location"]) == (303, f"{path}?said=status_changed")
    assert (await fresh(session, Organisation, id=cooperative.id)).status is OrganisationStatus.SUSPENDED


async def test_a_change_from_an_older_page_is_refused_and_says_so(page_as, world):
    path = f"/organisations/{world.cooperative.id}"
    fields = {"form": "status", "at": path, "version": "999", "status": "suspended", "reason": "Ruang dingin rusak"}
    answer = await page_as(Role.CITY_OPERATOR).post(f"{path}/status", data=fields)
    assert answer.status_code == 412
    assert "Sudah diubah orang lain" in answer.text
    assert "Ruang dingin rusak" in answer.text


async def test_a_member_sees_only_their_own_organisation(page_as, world):
    page = await page_as(Role.COOP_OFFICER).get("/organisations")
    assert world.cooperative.name in page.text
    assert world.kitchen.name not in page.text


async def test_a_person_is_added_once_however_often_the_form_comes(page_as, world, session):
    admin = page_as(Role.ADMINISTRATOR)
    fields = {
        "form": "user",
        "at": "/users",
        "once": "1e7a5b0e-0000-4000-8000-000000000001",
        "username": "Siti.Baru",
        "full_name": "Siti Baru",
        "organisation_id": str(world.cooperative.id),
        "role": "coop_officer",
    }
    answers = [await admin.post("/users", data=fields) for _ in range(100)]
    assert {one.status_code for one in answers} == {200}
    assert "/invitation?token=in_" in answers[0].text
    assert not any("/invitation?token=" in one.text for one in answers[1:])
    user = await fresh(session, User, username="siti.baru")
    assert f'href="/users/{user.id}"' in answers[0].text
    other = await admin.post("/users", data={**fields, "full_name": "Siti Lain"})
    assert other.status_code == 422
    assert "sudah pernah dikirim dengan isi lain" in other.text


async def test_what_is_wrong_with_a_new_person_stands_beside_each_field(page_as, world):
    fields = {"form": "user", "at": "/users", "username": "si ti", "full_name": "Siti"}
    answer = await page_as(Role.ADMINISTRATOR).post("/users", data=fields)
    assert answer.status_code == 422
    for name in ("username", "organisation_id", "role"):
        assert f'id="user-{name}-wrong"' in answer.text
    assert 'value="Siti"' in answer.text


async def test_a_persons_access_is_ended(page_as, world, session):
    user = world.users[Role.WHOLESALER]
    done = await page_as(Role.ADMINISTRATOR).post(f"/users/{user.id}/deactivate", data={"version": str(user.version)})
    assert done.status_code == 303
    assert not (await fresh(session, User, id=user.id)).is_active


async def test_the_food_office_puts_a_cap_on_record_as_it_is_typed(page_as, session, eggs):
    fields = {
        "form": "cap",
        "at": "/price-caps",
        "item_code": eggs.code,
        "kind": "HAP",
        "price_idr": "Rp 30.000",
        "valid_from": "1 Desember 2026",
        "source": "Perbadan 6/2024",
    }
    done = await page_as(Role.FOOD_OFFICER).post("/price-caps", data=fields)
    assert done.status_code == 303
    cap = await fresh(session, PriceCap, item_code=eggs.code)
    assert (cap.price_idr, cap.valid_from, cap.valid_to) == (30_000, date(2026, 12, 1), None)
    shown = (await page_as(Role.KITCHEN_HEAD).get("/price-caps")).text
    assert "Rp\u00a030.000" in shown
    assert "Sel, 1 Des 2026" in shown
    ended = await page_as(Role.FOOD_OFFICER).post(
        f"/price-caps/{cap.id}/end", data={"version": "1", "valid_to": "31/12/2026"}
    )
    assert ended.status_code == 303


async def test_an_exception_without_three_quotes_is_refused_with_all_that_was_typed(page_as, session, eggs):
    fields = {
        "form": "exception",
        "at": "/price-exceptions",
        "item_code": eggs.code,
        "price_idr": "32000",
        "valid_from": "30/11/2026",
        "valid_to": "06/12/2026",
        "reason": "Harga pasar naik",
        "provider.1": "Pasar Baru",
        "quote_idr.1": "31.500",
        "quoted_date.1": "23/11/2026",
        "provider.2": "Pasar Induk",
    }
    answer = await page_as(Role.FOOD_OFFICER).post("/price-exceptions", data=fields)
    assert answer.status_code == 422
    assert 'id="exception-quote_idr.2-wrong"' in answer.text
    assert 'value="31.500"' in answer.text
    assert "<details open>" in answer.text


async def test_the_trail_is_read_by_thing_and_by_person(page_as, world, session):
    await page_as(Role.ADMINISTRATOR).post(
        f"/users/{world.users[Role.WHOLESALER].id}/deactivate",
        data={"version": str(world.users[Role.WHOLESALER].version)},
    )
    entry = await fresh(session, AuditEntry, action="user.deactivate")
    page = (await page_as(Role.AUDITOR).get(f"/audit?entity=app_user&entity_id={entry.entity_id}")).text
    assert "user.deactivate" in page
    assert world.users[Role.ADMINISTRATOR].full_name in page
    nothing = (await page_as(Role.AUDITOR).get("/audit?action=none.such")).text
    assert "Tidak ada catatan yang cocok." in nothing


async def test_the_city_is_told_who_was_away_for_long(page_as, world):
    shown = (await page_as(Role.CITY_OPERATOR).get("/last-seen")).text
    assert world.kitchen.name in shown
    assert world.kitchen.name not in (await page_as(Role.CITY_OPERATOR).get("/last-seen?kind=cooperative")).text
    assert 'href="/last-seen"' in (await page_as(Role.ADMINISTRATOR).get("/users")).text
