"""When the people of members were last there."""

import uuid
from datetime import timedelta

from service.domain.device_actions import ActionKind, ActionOutcome, DeviceAction
from service.domain.people import Role
from tests.api.callers import callers
from tests.factories.plans import WEEK

__all__ = ["callers"]


async def test_the_city_sees_who_is_away_longest_first_and_a_member_sees_itself(callers, session, clock):
    head, operator = callers.of(Role.KITCHEN_HEAD), callers.of(Role.CITY_OPERATOR)
    kitchen = callers.week.kitchens[0]
    await head.get("/me")
    user = next(one for (role, place), one in callers.week.users.items() if place == kitchen.id)
    session.add(
        DeviceAction(
            id=uuid.uuid4(), region_code=kitchen.region_code, week_start=WEEK, user_id=user.id,
            kind=ActionKind.SIGN_RECEIPT, made_at=clock.now - timedelta(hours=2), received_at=clock.now,
            body_hash="0" * 64, outcome=ActionOutcome.DONE, result_id=uuid.uuid4(),
        )
    )  # fmt: skip
    await session.flush()
    rows = (await operator.get("/last-seen")).json()["items"]
    by_id = {row["organisation_id"]: row for row in rows}
    assert by_id[str(kitchen.id)]["sent_at"] is not None
    assert {row["kind"] for row in rows} >= {"kitchen", "cooperative", "wholesaler"}
    latest = [max(filter(None, (row["seen_at"], row["sent_at"])), default="") for row in rows]
    assert latest == sorted(latest)
    own = (await head.get("/last-seen")).json()["items"]
    assert [row["organisation_id"] for row in own] == [str(kitchen.id)]
