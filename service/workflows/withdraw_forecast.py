"""A kitchen takes its forecast back: the draft, or the revision that counts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.forecasts import Forecast, withdraw
from service.workflows.forecast_steps import cut_off_of, hold_forecast, record_change


@dataclass(frozen=True, slots=True)
class WithdrawForecast:
    """The revision as the kitchen saw it; after the cut-off a sent one needs a reason."""

    forecast_id: UUID
    expected_version: int
    reason: str | None = None


async def withdraw_forecast(work: UnitOfWork, command: WithdrawForecast) -> Forecast:
    """Withdraw a revision; the kitchen then has no demand that week unless another one is submitted.

    Raises
    ------
    AfterCutOff
        If it was sent, it is too late, and no reason is given.
    WeekPlanned
        If the week's plan is published.
    IllegalTransition
        If it was withdrawn or superseded before.
    StaleVersion
        If somebody changed it in the meantime.
    """
    forecast, week = await hold_forecast(work, command.forecast_id, expected_version=command.expected_version)
    withdraw(forecast, reason=command.reason, is_late=work.now >= cut_off_of(week))
    record_change(work, "forecast.withdrawn", forecast, reason=forecast.correction_reason)
    return forecast
