"""What happened in the town before a browser is opened: through the API, as its people do it."""

from __future__ import annotations

from datetime import date

from tests.e2e.people import CITY_OPERATOR, Json, Person, until

PLANNED_WITHIN_S = 120


def publish_week(address: str, week_start: date) -> Json:
    """Run the matching of a week, wait for its plan and publish it."""
    with Person(address, CITY_OPERATOR) as operator:
        run = operator.done("/runs", {"week_start": week_start.isoformat(), "time_limit_s": 5}, status=202)
        ended = until(
            PLANNED_WITHIN_S,
            lambda: (found := operator.read(f"/runs/{run['id']}"))["status"] not in {"queued", "running"} and found,
        )
        assert ended["status"] == "succeeded", ended
        plan = operator.read(f"/plans/{ended['plan_id']}")
        return operator.done(f"/plans/{plan['id']}/publish", version=plan["version"])
