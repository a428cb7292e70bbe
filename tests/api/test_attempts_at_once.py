"""Attempts are counted beside the transaction of the request: however many come at once, none waits for another."""

import asyncio
from collections import Counter

import httpx
import pytest

from service.database.engine import PoolSize
from service.domain.login_attempts import MOST_IN_WINDOW, Gate
from service.domain.people import Role
from service.main import create_app
from service.settings import Settings
from tests.factories.worlds import add_world

AT_ONCE = 3 * (PoolSize().kept + PoolSize().extra)
PASSWORDS = {"old_password": "salah sekali", "new_password": "hujan sore kopi"}


@pytest.mark.parametrize(
    ("path", "sent", "refusal"),
    [
        ("/api/v1/account/password", {"json": PASSWORDS}, 422),
        ("/api/v1/account/erase", {"json": {"password": PASSWORDS["old_password"]}}, 422),
        ("/account/password", {"data": PASSWORDS}, 422),
    ],
)
async def test_many_guesses_of_one_session_at_once_are_all_answered(fresh_database, tmp_path, path, sent, refusal):
    """Three times as many as a process has connections, each of which holds one while its attempt is counted."""
    app = create_app(Settings(demo=True, var_dir=tmp_path, worker_in_process=False), fresh_database)
    async with app.router.lifespan_context(app):
        async with app.state.units.begin() as work:
            world = await add_world(work.session)
        headers = {"Authorization": f"Bearer {world.token(Role.COOP_OFFICER)}"}
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://pasok.test", headers=headers) as client:
            answers = await asyncio.gather(*[client.post(path, **sent) for _ in range(AT_ONCE)])
    counted = MOST_IN_WINDOW[Gate.PASSWORD]
    assert Counter(answer.status_code for answer in answers) == {refusal: counted, 429: AT_ONCE - counted}
