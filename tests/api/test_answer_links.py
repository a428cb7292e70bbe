"""One-tap links, as a browser opens them: looking, taking, and what they tell too late to whom."""

import base64
import hashlib
import re
import uuid
from datetime import datetime

import pytest

from service.api.middleware import CONTENT_POLICY
from service.domain.answer_links import AnswerLink, token_of
from service.domain.people import Role
from service.settings import DEMO_SECRET_KEY
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from tests.api.callers import callers
from tests.api.test_gateway import expired, officer
from tests.factories.people import new_login, new_user

__all__ = ["callers", "expired", "officer"]


@pytest.fixture
async def late_link(officer, expired, units):
    """The link of the expired order, and the pages that it is: the other cooperative has its goods now."""
    async with units.begin() as work:
        ids = tuple(uuid.UUID(line["id"]) for line in expired["lines"])
        assert (await move_fallen_lines(work, MoveFallenLines(uuid.UUID(expired["id"]), ids))).lines
    until = datetime.fromisoformat(expired["respond_by_at"])
    token = token_of(AnswerLink(officer.id, uuid.UUID(expired["id"]), None, until), DEMO_SECRET_KEY)
    return f"/api/v1/answer-links/{token}"


def as_user(user):
    return {"Cookie": f"pasok_session=st_{user.id}"}


async def test_a_link_that_is_tapped_too_late_tells_what_became_of_the_lines(client, expired, late_link, clock):
    for page in (await client.get(late_link), await client.post(late_link)):
        assert f"Waktu jawab pesanan {expired['number']} sudah habis." in page.text
        assert page.text.count("sudah diberikan kepada koperasi lain.") == len(expired["lines"])
        assert "<button" not in page.text
    clock.advance(days=7)
    for page in (await client.get(late_link), await client.post(late_link)):
        assert "Tautan ini tidak berlaku, atau waktunya sudah habis." in page.text
        assert '<a href="/orders">' in page.text
        assert expired["number"] not in page.text


async def test_who_has_the_goods_now_is_named_to_the_cooperatives_own_people_alone(
    callers, officer, client, late_link, session
):
    """Whoever holds the link may open it: it says who has the goods to those who have logged in."""
    other = callers.week.cooperatives[1].name
    colleague = new_user(callers.week.cooperatives[0], Role.COOP_OFFICER, username="colleague")
    session.add(colleague)
    await session.flush()
    session.add(new_login(colleague, f"st_{colleague.id}"))
    await session.flush()
    for user in (officer, colleague):
        assert f"sudah diberikan kepada {other} " in (await client.get(late_link, headers=as_user(user))).text
    rival = callers.week.users[Role.COOP_OFFICER, callers.week.cooperatives[1].id]
    for headers in ({}, {"Cookie": "pasok_session=gone"}, as_user(rival)):
        page = (await client.get(late_link, headers=headers)).text
        assert other not in page
        assert f'<a href="/login?next={late_link}">' in page


async def test_the_pages_style_and_no_other_may_stand_in_it(client, late_link):
    pages = [await client.get(late_link), await client.post(late_link), await client.get("/api/v1/answer-links/AZ")]
    for page in pages:
        [style] = re.findall("<style>(.*?)</style>", page.text, re.DOTALL)
        of_it = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = page.headers["Content-Security-Policy"]
        assert f"style-src 'sha256-{of_it}'" in policy.split("; ")
        assert policy.startswith(CONTENT_POLICY)


async def test_a_link_shows_first_and_takes_with_the_button_once(callers, officer, client, clock):
    order = await callers.first_order()
    deadline = clock().replace(hour=23)
    token = token_of(AnswerLink(officer.id, uuid.UUID(order["id"]), None, deadline), DEMO_SECRET_KEY)
    path, mine = f"/api/v1/answer-links/{token}", callers.of(Role.COOP_OFFICER)

    shown = [await client.get(path) for _ in range(2)][1]
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Sanggupi semua" in shown.text
    assert (await mine.get(f"/orders/{order['id']}")).json()["waiting_count"] == 4

    assert "Jawaban Anda sudah dicatat" in (await client.post(path)).text
    assert (await mine.get(f"/orders/{order['id']}")).json()["status"] == "answered"
    assert "Tidak ada lagi yang menunggu" in (await client.post(path)).text
    assert "sudah dijawab" in (await client.get(path)).text


async def test_a_link_of_nobody_or_of_another_cooperative_takes_nothing(callers, officer, client, clock):
    await callers.publish()
    page = (await callers.of(Role.COOP_OFFICER, 1).get("/orders")).json()
    foreign = AnswerLink(officer.id, uuid.UUID(page["items"][0]["id"]), None, clock().replace(hour=23))

    for token in (token_of(foreign, DEMO_SECRET_KEY), token_of(foreign, "forged"), "AZ"):
        assert "tidak berlaku" in (await client.get(f"/api/v1/answer-links/{token}")).text
        assert "sudah dicatat" not in (await client.post(f"/api/v1/answer-links/{token}")).text
    assert (await callers.of(Role.COOP_OFFICER, 1).get(f"/orders/{page['items'][0]['id']}")).json()[
        "waiting_count"
    ] == 2
