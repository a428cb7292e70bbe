"""Answers about single lines and sources: typed numbers and stable codes, with the sentences made from them."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from service.api.schemas.shapes import Resource

_ID = "01938f3a-5c00-7000-8000-000000000001"
_TERMS = {"goods": 120_000, "drops": -25_000}


class SaidOut(Resource):
    """Every answer can be read aloud."""

    sentences: list[str] = Field(description="In the language asked for", examples=[["Stok habis terbagi."]])


class ReasonOut(Resource):
    """A rule that keeps goods from a line."""

    code: str = Field(description="Stable code", examples=["stock_used_up"])
    sources: int = Field(description="Offers and stocks that it blocks", examples=[4])
    alone: int = Field(description="Those that nothing else blocks", examples=[3])
    blocked_qty: int = Field(description="Base units", examples=[20_000])
    alone_qty: int = Field(description="What would come if this alone did not hold, base units", examples=[12_000])


class TakerOut(Resource):
    """Who got goods that could have served the line."""

    kitchen: str = Field(description="Code", examples=["K0007"])
    demand: str = Field(description="Its demand line", examples=[_ID])
    source: str = Field(description="Offer or stock", examples=[_ID])
    wholesaler: str | None = Field(description="Code; null: the cooperative's own goods", examples=[None])
    cooperative: str = Field(description="Code", examples=["C3271041009"])
    item: str = Field(examples=["CHICK"])
    unit: str = Field(examples=["g"])
    qty: int = Field(description="Base units", examples=[40_000])
    promised_qty: int = Field(description="Of it, what must stay", examples=[0])
    loss_idr: float | None = Field(
        description="What the plan would cost more if this line lost the rest; null: it cannot", examples=[410_000.0]
    )


class ReplanOut(Resource):
    """What re-planning a few lines would bring without changing a rule: the plan is not the best possible here."""

    recovered_qty: float = Field(examples=[1_000.0])
    difference_idr: float = Field(description="Of the whole plan, rupiah", examples=[-2_800.0])


class RelaxationOut(Resource):
    """One rule a little softer, or a little more supply."""

    code: str = Field(description="Stable code", examples=["one_more_drop"])
    demand: str = Field(description="The line that it would help", examples=[_ID])
    amount: int = Field(description="In what the code speaks of: base units, days, drops, rupiah, g, m", examples=[1])
    item: str | None = Field(examples=[None])
    source: str | None = Field(examples=[None])
    cooperative: str | None = Field(examples=[None])
    kecamatan: str | None = Field(examples=[None])
    wholesaler: str | None = Field(examples=[None])
    price_idr: int | None = Field(examples=[None])
    unit: str | None = Field(examples=[None])


class HelpOut(Resource):
    """A relaxation that helps, re-solved with the rest of the plan held."""

    relaxation: RelaxationOut
    recovered_qty: float = Field(description="What the line gets more, base units", examples=[120_000.0])
    cost_idr: float = Field(description="What the plan costs more, shortages aside", examples=[95_000.0])
    difference_idr: float = Field(description="The same with what shortages cost", examples=[-3_200_000.0])
    is_proven: bool = Field(description="No cheaper way exists over the ways looked at")


class ShortLineOut(SaidOut):
    """Why a line is short, who got the goods, and what would help."""

    demand: str = Field(examples=[_ID])
    kitchen: str = Field(examples=["K0001"])
    item: str = Field(examples=["CHICK"])
    unit: str = Field(examples=["g"])
    date: date
    qty: int = Field(description="Needed, base units", examples=[325_000])
    short_qty: float = Field(description="Missing, base units", examples=[20_000.0])
    reasons: list[ReasonOut] = Field(description="The strongest first")
    takers: list[TakerOut] = Field(description="Largest first")
    replan: ReplanOut | None
    helps: list[HelpOut] = Field(description="At most three, the best first; each was solved")


class AlternativeOut(Resource):
    """Another way for the same line and what the whole plan would cost more with it."""

    source: str = Field(examples=[_ID])
    wholesaler: str | None = Field(examples=[None])
    cooperative: str = Field(examples=["C3271041009"])
    item: str = Field(examples=["RICE-P"])
    unit: str = Field(examples=["g"])
    qty: int = Field(description="What it would bring more, base units", examples=[120_000])
    short_qty: float = Field(description="What the line would then lack more", examples=[0.0])
    difference_idr: float = Field(examples=[95_000.0])
    terms_idr: dict[str, float] = Field(description="Adds up to the difference", examples=[_TERMS])
    is_proven: bool


class WayOut(Resource):
    """Goods for the line from one source through one cooperative."""

    source: str = Field(examples=[_ID])
    cooperative: str = Field(examples=["C3271041009"])
    item: str = Field(examples=["RICE-P"])
    qty: int = Field(examples=[120_000])


class SavingOut(Resource):
    """A cheaper arrangement, where the plan's is not the cheapest."""

    lines: list[WayOut]
    difference_idr: float = Field(description="Below 0", examples=[-12_000.0])
    terms_idr: dict[str, float] = Field(examples=[_TERMS])


class ChosenLineOut(SaidOut):
    """Why this cooperative for this kitchen: the chosen way against the next best."""

    demand: str = Field(examples=[_ID])
    kitchen: str = Field(examples=["K0001"])
    source: str = Field(examples=[_ID])
    wholesaler: str | None = Field(examples=[None])
    cooperative: str = Field(examples=["C3271041009"])
    item: str = Field(examples=["RICE-P"])
    unit: str = Field(examples=["g"])
    date: date
    qty: int = Field(description="Base units", examples=[120_000])
    promised_qty: int = Field(description="Of it, what must stay", examples=[0])
    alternatives: list[AlternativeOut] = Field(description="The cheapest first")
    saving: SavingOut | None
    is_cheapest: bool


class WinnerOut(Resource):
    """Who brings, instead, what the source could have brought."""

    source: str = Field(examples=[_ID])
    cooperative: str = Field(description="Code", examples=["C3271041009"])
    item: str = Field(examples=["RICE-P"])
    unit: str = Field(examples=["g"])
    qty: int = Field(description="Base units", examples=[80_000])
    price_idr: int | None = Field(description="For the city alone: others do not learn it", examples=[14_200])


class FirstLotOut(Resource):
    """The price at which the source would win its first lot, solved just below and just above."""

    price_idr: int = Field(description="Wins: rupiah per kg, litre, piece; per pack for a stock", examples=[13_900])
    above_idr: int = Field(description="Does not win", examples=[13_901])
    qty: int = Field(description="Base units", examples=[25_000])
    cooperatives: list[str] = Field(examples=[["C3271041009"]])
    demands: list[str] = Field(examples=[[_ID]])


class SourceAnswerOut(SaidOut):
    """What became of an offer or stock, and why."""

    source: str = Field(examples=[_ID])
    cooperative: str = Field(description="Code; empty for a stock", examples=["C3271041009"])
    item: str = Field(examples=["RICE-P"])
    unit: str = Field(examples=["g"])
    per: int = Field(description="Base units that a price speaks of", examples=[1000])
    pack_qty: int = Field(description="0 for an offer", examples=[0])
    price_idr: int = Field(examples=[14_500])
    offered_qty: int = Field(description="Base units", examples=[500_000])
    won_qty: int = Field(description="Base units", examples=[120_000])
    outcome: str = Field(description="won, partly, lost", examples=["partly"])
    reason: str | None = Field(description="Stable code; null if all was won", examples=["price"])
    lines_in_reach: int = Field(description="Demand lines it could serve at some price", examples=[31])
    winners: list[WinnerOut]
    first_lot: FirstLotOut | None = Field(description="null: all was won, or no price brings it in")
    saving_idr: float = Field(
        description="What taking it would save, if it was overlooked or a close call", examples=[0.0]
    )


def said(answer: dict[str, Any], sentences: list[str]) -> dict[str, Any]:
    """Return an answer with its sentences in one language."""
    return {**answer, "sentences": sentences}
