"""How cooperatives answer, and fallen lines moved by hand."""

import pytest
import sqlalchemy as sa

from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.people import Role
from tests.factories.plans import WEEK
from tests.factories.things import add_catalogue_things, add_things


@pytest.fixture
async def things(session, world):
    return await add_catalogue_things(session) | await add_things(session, world)


async def test_the_board_tells_who_waits_and_what_hangs_on_it(page_as, world, things):
    browser = page_as(Role.CITY_OPERATOR)
    page = await browser.get(f"/answers-board?week={WEEK}")
    assert "1 dari 1 pesanan masih menunggu jawaban" in page.text
    assert world.cooperative.name in page.text
    rows = await browser.get(f"/answers-board/rows?week={WEEK}")
    assert "<html" not in rows.text
    assert 'hx-trigger="every 10s"' in rows.text


async def test_a_week_without_orders_says_what_to_do(page_as, things):
    page = await page_as(Role.AUDITOR).get("/answers-board?week=2030-01-07")
    assert "Pesanan dikirim saat rencana diterbitkan" in page.text


async def test_a_declined_line_counts_as_not_taken(page_as, session, things):
    await session.execute(sa.update(OrderLine).values(status=OrderLineStatus.DECLINED, accepted_qty=0))
    page = await page_as(Role.CITY_OPERATOR).get(f"/answers-board?week={WEEK}")
    assert "Semua pesanan sudah dijawab" in page.text
    assert "menolak semua" in page.text
    assert f"/fallen-lines?week={WEEK}" in page.text


async def test_moving_nothing_is_refused_beside_the_lines(page_as, things):
    order_id = things["order_id"].value
    fields = {"form": f"moves-{order_id}", "at": f"/fallen-lines?week={WEEK}"}
    refused = await page_as(Role.CITY_OPERATOR).post(f"/orders/{order_id}/moves", data=fields)
    assert refused.status_code == 422
    assert "Periksa isian" in refused.text


async def test_fallen_lines_are_for_who_may_move_them(page_as, things):
    assert (await page_as(Role.CITY_OPERATOR).get(f"/fallen-lines?week={WEEK}")).is_success
    assert (await page_as(Role.AUDITOR).get(f"/fallen-lines?week={WEEK}")).status_code == 403
