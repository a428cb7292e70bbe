"""Where the policy asks the operator, what fell is listed, and goes where the operator sends it."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.people import Role
from service.domain.policies import FallenLines
from tests.api.callers import answer, callers
from tests.factories.plans import new_policy

__all__ = ["callers"]
WEEK = {"week_start": "2026-11-30"}


async def declined(callers, session):
    """Decline the first line of an order in a city that asks its operator."""
    order = await callers.first_order()
    session.add(new_policy(number=2, values={**new_policy().values, "fallen_lines": FallenLines.ASK_OPERATOR.value}))
    await session.flush()
    [line, *_] = order["lines"]
    body = {"answers": [answer(line, 0, "no_transport")]}
    await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/answers", json=body)
    return order, line


async def test_what_fell_is_listed_until_somebody_is_asked(callers, session):
    order, line = await declined(callers, session)
    operator = callers.of(Role.CITY_OPERATOR)
    [shown] = (await operator.get("/fallen-lines", params=WEEK)).json()["items"]
    assert (shown["id"], shown["fallen_qty"], shown["order_number"]) == (
        line["id"],
        line["ordered_qty"],
        order["number"],
    )
    assert shown["standby_name"] == callers.week.cooperatives[1].name
    path = f"/orders/{order['id']}/moves"
    done = await operator.post(path, json={"line_ids": [line["id"]]})
    assert (done.status_code, done.json()["waits_for_repair"]) == (201, False)
    assert [one["replaces_line_id"] for one in done.json()["moved"]] == [line["id"]]
    assert (await operator.get("/fallen-lines", params=WEEK)).json()["items"] == []
    again = await operator.post(path, json={"line_ids": [line["id"]]})
    assert again.json() == {"moved": [], "waits_for_repair": False}


async def test_a_page_is_full_of_lines_that_are_needed_still(callers, session):
    """The first line by id is covered otherwise meanwhile; the page of one line has the second."""
    order, _ = await declined(callers, session)
    more = {"answers": [answer(line, 0, "no_transport") for line in order["lines"][1:]]}
    await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/answers", json=more)
    operator = callers.of(Role.CITY_OPERATOR)
    first, second, *_ = (await operator.get("/fallen-lines", params=WEEK)).json()["items"]
    covered = await session.get_one(OrderLine, UUID(first["id"]))
    others = sa.select(OrderLine).where(col(OrderLine.status) == OrderLineStatus.AWAITING_ANSWER)
    other = (await session.scalars(others.limit(1))).one()
    other.forecast_line_id, other.ordered_qty = covered.forecast_line_id, 10**9
    await session.flush()
    page = (await operator.get("/fallen-lines", params={**WEEK, "limit": 1})).json()
    assert [shown["id"] for shown in page["items"]] == [second["id"]]


async def test_only_the_citys_operator_decides(callers, session):
    order, line = await declined(callers, session)
    path, body = f"/orders/{order['id']}/moves", {"line_ids": [line["id"]]}
    assert (await callers.of(Role.COOP_OFFICER).post(path, json=body)).status_code == 403
    assert (await callers.stranger().post(path, json=body)).status_code == 404
    assert (await callers.stranger().get("/fallen-lines", params=WEEK)).json()["items"] == []
    broken = await callers.of(Role.CITY_OPERATOR).get("/fallen-lines", params={**WEEK, "after": "bm90LWEtd2Vlaw"})
    assert (broken.status_code, broken.json()["errors"][0]["field"]) == (422, "after")
