"""Money and fair share: each member sees its own, the city the fair share of all."""

import pytest

from service.domain.people import Role


@pytest.mark.parametrize("role", [Role.COOP_OFFICER, Role.WHOLESALER, Role.KITCHEN_ACCOUNTANT])
async def test_members_see_their_statement_over_a_period(page_as, role):
    shown = await page_as(role).get("/money?from_date=2026-11-01&to_date=")
    assert (shown.status_code, "Rekening koran" in shown.text) == (200, True)
    assert (await page_as(role).get("/money?from_date=2026-11-02&to_date=2026-11-01")).status_code == 422


async def test_a_cooperative_sees_its_fair_share_with_the_formula_in_words(page_as, world):
    own = (await page_as(Role.COOP_OFFICER).get("/fair-share")).text
    assert world.cooperative.name in own
    assert "Keandalan adalah" in own
    assert (await page_as(Role.WHOLESALER).get("/fair-share")).status_code == 403
