"""Revisions: what may follow what, and what needs a reason."""

import uuid
from datetime import UTC, datetime

import pytest

from service.domain.errors import AfterCutOff, DraftExists, IllegalTransition, InvalidField, WeekPlanned
from service.domain.forecasts import (
    Forecast,
    ForecastSource,
    ForecastStatus,
    correct,
    require_correctable,
    require_draft,
    require_no_draft,
    require_week_unplanned,
    submit,
    supersede,
    withdraw,
)
from tests.factories.entries import MONDAY

NOW = datetime(2026, 11, 24, tzinfo=UTC)
USER = uuid.uuid4()


def forecast(status: ForecastStatus = ForecastStatus.DRAFT) -> Forecast:
    return Forecast(
        id=uuid.uuid4(),
        created_at=NOW,
        region_code="32.71",
        kitchen_id=uuid.uuid4(),
        week_start=MONDAY,
        revision=1,
        status=status,
        source=ForecastSource.LINES,
    )


@pytest.mark.parametrize("status", ForecastStatus)
def test_only_a_draft_can_be_submitted(status: ForecastStatus) -> None:
    sent = forecast(status)
    if status is ForecastStatus.DRAFT:
        submit(sent, now=NOW, user_id=USER)
        assert (sent.status, sent.submitted_at, sent.submitted_by) == (ForecastStatus.SUBMITTED, NOW, USER)
    else:
        with pytest.raises(IllegalTransition):
            submit(sent, now=NOW, user_id=USER)


@pytest.mark.parametrize("status", ForecastStatus)
def test_only_a_draft_can_be_changed(status: ForecastStatus) -> None:
    if status is ForecastStatus.DRAFT:
        require_draft(forecast(status))
    else:
        with pytest.raises(IllegalTransition, match="only a draft"):
            require_draft(forecast(status))


@pytest.mark.parametrize("status", ForecastStatus)
def test_what_counts_or_could_have_counted_can_be_corrected(status: ForecastStatus) -> None:
    if status in {ForecastStatus.DRAFT, ForecastStatus.SUBMITTED}:
        require_correctable(forecast(status))
    else:
        with pytest.raises(IllegalTransition):
            require_correctable(forecast(status))


def test_a_sent_revision_is_superseded_and_a_draft_put_aside() -> None:
    sent, draft = forecast(ForecastStatus.SUBMITTED), forecast()
    supersede(sent)
    supersede(draft)
    assert (sent.status, draft.status) == (ForecastStatus.SUPERSEDED, ForecastStatus.WITHDRAWN)
    with pytest.raises(IllegalTransition):
        supersede(sent)


@pytest.mark.parametrize("status", [ForecastStatus.DRAFT, ForecastStatus.SUBMITTED])
def test_before_the_cut_off_anything_is_taken_back_without_a_reason(status: ForecastStatus) -> None:
    taken = forecast(status)
    withdraw(taken, reason=None, is_late=False)
    assert (taken.status, taken.correction_reason) == (ForecastStatus.WITHDRAWN, None)


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_after_the_cut_off_a_sent_forecast_is_taken_back_only_with_a_reason(reason: str | None) -> None:
    with pytest.raises(AfterCutOff, match="reason"):
        withdraw(forecast(ForecastStatus.SUBMITTED), reason=reason, is_late=True)


def test_the_reason_is_kept() -> None:
    taken = forecast(ForecastStatus.SUBMITTED)
    withdraw(taken, reason=" closed for repairs ", is_late=True)
    assert taken.correction_reason == "closed for repairs"


def test_a_draft_is_put_away_at_any_time() -> None:
    withdraw(forecast(), reason=None, is_late=True)


@pytest.mark.parametrize("status", [ForecastStatus.SUPERSEDED, ForecastStatus.WITHDRAWN])
def test_what_is_gone_is_not_taken_back_again(status: ForecastStatus) -> None:
    with pytest.raises(IllegalTransition):
        withdraw(forecast(status), reason="x", is_late=False)


def test_a_correction_says_why() -> None:
    corrected = forecast()
    correct(corrected, reason=" a school closes ")
    assert (corrected.is_correction, corrected.correction_reason) == (True, "a school closes")
    with pytest.raises(InvalidField, match="Say why"):
        correct(forecast(), reason=" ")


def test_a_published_plan_closes_the_week() -> None:
    require_week_unplanned(MONDAY, published_plan_id=None)
    plan_id = uuid.uuid4()
    with pytest.raises(WeekPlanned, match="published") as refusal:
        require_week_unplanned(MONDAY, published_plan_id=plan_id)
    assert refusal.value.facts == {"plan_id": str(plan_id)}


def test_a_second_draft_is_refused_naming_the_first() -> None:
    require_no_draft(None)
    draft = forecast()
    with pytest.raises(DraftExists) as refusal:
        require_no_draft(draft)
    assert refusal.value.facts == {"forecast_id": str(draft.id), "version": draft.version}
