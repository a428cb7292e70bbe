"""A wholesaler divides a stock between its region and its branches in the pages."""

import re

import pytest
import sqlalchemy as sa

from service.domain.organisations import Wholesaler
from service.domain.people import Role
from service.domain.quotas import quota_packs
from service.domain.stocks import Stock
from tests.factories.items import new_item
from tests.factories.organisations import completed, new_organisation
from tests.factories.places import OTHER_REGION
from tests.factories.plans import new_policy, new_stock

PACKS = 40


@pytest.fixture
async def stock(session, world, foreign_world):
    session.add_all([new_item(), new_policy(), new_policy(OTHER_REGION, number=2)])
    await session.flush()
    stock = new_stock(world.wholesaler, "RICE-M", packs=PACKS)
    session.add(stock)
    await session.flush()
    return stock


@pytest.fixture
async def branches(session, world, foreign_world):
    """Two branches in the other region, one of which is called so that it would break a careless page."""
    second = new_organisation(foreign_world.wholesaler.kind, OTHER_REGION, code="GRO-77", name="<b>Cabang</b> & Putra")
    organisation, *details = completed(second)
    session.add(organisation)
    await session.flush()
    session.add_all(details)
    await session.flush()
    found = [foreign_world.wholesaler.id, second.id]
    await session.execute(
        sa.update(Wholesaler).where(Wholesaler.organisation_id.in_(found)).values(head_office_id=world.wholesaler.id)
    )
    return found


@pytest.fixture
def send(page_as, stock, branches):
    async def sent(*packs: object, version: int = 1):
        fields = {f"packs.{branch}": str(typed) for branch, typed in zip(branches, packs, strict=True)}
        form = {"form": "quotas", "at": f"/stocks/{stock.id}/quotas", "version": str(version)}
        return await page_as(Role.WHOLESALER).post(form["at"], data=form | fields)

    return sent


@pytest.fixture
def kept(session, stock, branches):
    async def in_branches() -> list[int]:
        found = await session.scalars(sa.select(Stock).where(Stock.pool_id == stock.id))
        by_branch = {quota.wholesaler_id: quota_packs(quota) for quota in found}
        return [by_branch.get(branch, 0) for branch in branches]

    return in_branches


async def test_packs_are_given_to_branches_and_moved_between_them_at_once(send, kept, page_as, stock):
    seller = page_as(Role.WHOLESALER)
    assert f'href="/stocks/{stock.id}/quotas"' in (await seller.get("/stocks")).text
    page = (await seller.get(f"/stocks/{stock.id}/quotas")).text
    assert "40 kemasan masih bisa dibagi" in page
    assert "&lt;b&gt;Cabang&lt;/b&gt; &amp; Putra" in page
    given = await send(0, 30)
    assert given.headers["Location"] == "/stocks?said=quotas_set", given.text[:3000]
    assert await kept() == [0, 30]
    version = re.search(r'name="version" value="(\d+)"', (await seller.get(f"/stocks/{stock.id}/quotas")).text)[1]
    assert (await send(35, 5, version=version)).status_code == 303
    assert await kept() == [35, 5]
    assert "Kuota cabang: 40 kemasan" in (await seller.get("/stocks")).text


@pytest.mark.parametrize(
    ("typed", "told"), [("41", "Antara 0 dan 37 kemasan."), ("sepuluh", "Bukan angka"), ("", "Harus diisi")]
)
async def test_what_cannot_be_is_told_beside_its_field_and_all_that_was_typed_stays(send, kept, branches, typed, told):
    refused = await send(typed, 3)
    assert refused.status_code in {409, 422}  # the other branch has its three by then
    assert f'id="quotas-packs.{branches[0]}-wrong"' in refused.text
    assert refused.text.count(told) == 2, "beside the field and on top"
    assert "perbaiki yang ditandai saja" in refused.text
    assert f'name="packs.{branches[1]}" type="text" value="3"' in refused.text
    assert (await kept())[0] == 0


async def test_a_page_that_is_too_old_changes_nothing(send, kept):
    assert (await send(1, 1)).status_code == 303
    assert (await send(2, 2)).status_code == 412
    assert await kept() == [1, 1]


async def test_a_branch_sees_that_its_quota_is_the_head_offices(send, page_as, foreign_world, session, branches):
    await send(12, 0)
    branch = page_as(Role.WHOLESALER, foreign_world)
    listed = (await branch.get("/stocks")).text
    assert "12 dari 12 kemasan" in listed
    assert "Ini kuota dari kantor pusat" in listed
    quota = await session.scalar(sa.select(Stock.id).where(Stock.wholesaler_id == branches[0]))
    assert "Stok ini tidak bisa dibagi" in (await branch.get(f"/stocks/{quota}/quotas")).text


async def test_whoever_has_no_branch_is_told_how_one_comes_to_be(page_as, stock):
    seller = page_as(Role.WHOLESALER)
    assert "/quotas" not in (await seller.get("/stocks")).text
    assert "Anda belum punya cabang" in (await seller.get(f"/stocks/{stock.id}/quotas")).text
