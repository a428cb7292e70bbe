"""Kitchens, cooperatives, wholesalers and items of the problem: budgets, capacities and capital that are still free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import TypedDict
from uuid import UUID

from service.domain.declines import Blocked
from service.domain.eligibility import SUPPLIER_DOCUMENTS, Ineligibility, Refusal
from service.domain.exposures import Exposure, TiedUp, own_goods_idr
from service.domain.fairness import LEDGER_WEEKS, Trial, fair_shares
from service.domain.items import ColdChain
from service.domain.items import Item as CatalogueItem
from service.domain.organisations import Cooperative as CooperativeDetails
from service.domain.organisations import Kitchen as KitchenDetails
from service.domain.organisations import Organisation, OrganisationStatus, has_valid_document
from service.domain.policies import day_budget_idr, shortage_price_idr
from service.domain.reliability import is_new, reliabilities, total_of
from service.domain.units import PRICED_PER, Unit, round_up_rupiah, value_idr, weight_g
from service.matching.problem import Cooperative, Item, Kitchen, Wholesaler
from service.workflows.held_packs import held_value_idr
from service.workflows.problem_demands import OpenNeed
from service.workflows.problem_week import Excluded, Ordered, Week


def items_of(week: Week, codes: Iterable[str]) -> tuple[Item, ...]:
    """Return the problem's items, with the policy's shortage prices."""
    items = (week.snapshot.items[code] for code in codes)
    return tuple(
        Item(
            id=item.code,
            unit=item.unit.value,
            per=PRICED_PER[item.unit],
            step=item.step_qty,
            weight_g=item.grams_per_unit,
            cold=item.cold_chain is not ColdChain.NONE,
            shortage_idr=shortage_price_idr(week.values, item),
            leftover_bp=item.leftover_bp,
        )
        for item in items
    )


def kitchens_of(week: Week, needs: Iterable[OpenNeed]) -> tuple[Kitchen, ...]:
    """Return the kitchens that need something, with what is left of their budgets for the week."""
    needing = {need.kitchen.id for need in needs}
    spent, kept = _spent_idr(week, week.taken_off), _spent_idr(week, week.kept)
    visits = _visits(week)
    return tuple(
        Kitchen(
            id=organisation.code,
            **_address(week, organisation),
            budget_idr={
                name: max(kept[organisation.id, name], amount - spent[organisation.id, name])
                for name, amount in _budget_idr(week, organisation, details).items()
            },
            max_drops_per_day=max(details.max_drops_per_day, visits[organisation.id]),
            min_suppliers=details.min_suppliers,
            max_share_bp=details.max_share_bp,
        )
        for organisation, details in week.snapshot.kitchens
        if organisation.id in needing
    )


def cooperatives_of(
    week: Week, needs: Sequence[OpenNeed], days: Sequence[date]
) -> tuple[tuple[Cooperative, ...], list[Excluded]]:
    """Return the cooperatives that can deliver on at least one day, and why others cannot."""
    tied_up, kept_idr = _tied_up(week), _kept_idr(week)
    serving, excluded = [], []
    for organisation, details in week.snapshot.cooperatives:
        refused = _cooperative_refusal(week, organisation, days)
        if refused is not None:
            excluded.append(Excluded("cooperative", organisation.code, refused, tuple(days)))
            continue
        free = [_free_g(week, organisation, details, day) for day in days]
        serving.append((organisation, details, free))
    capacity = {organisation.id: sum(handling for handling, _ in free) for organisation, _, free in serving}
    fair = _fair_values_idr(week, needs, capacity)
    return tuple(
        Cooperative(
            id=organisation.code,
            **_address(week, organisation),
            radius_m=details.radius_m,
            capital_idr=_capital_idr(
                week,
                tied_up.exposure_of(organisation.id, capital_idr=details.capital_idr),
                organisation.id,
                kept=kept_idr[organisation.id],
            ),
            handling_g=tuple(handling for handling, _ in free),
            cold_g=tuple(cold for _, cold in free),
            markup_bp=details.markup_bp,
            fair_value_idr=fair[organisation.id],
        )
        for organisation, details, free in serving
    ), excluded


def wholesalers_of(week: Week, codes: Iterable[str]) -> tuple[Wholesaler, ...]:
    """Return the wholesalers whose stocks the problem holds."""
    named = frozenset(codes)
    kept = _kept_orders_idr(week)
    return tuple(
        Wholesaler(
            id=organisation.code,
            lat=organisation.latitude,
            lon=organisation.longitude,
            min_order_idr=min([details.min_order_idr, *kept[organisation.id]]),
        )
        for organisation, details in week.snapshot.wholesalers
        if organisation.code in named
    )


def _kept_orders_idr(week: Week) -> defaultdict[UUID, list[int]]:
    """Return what each cooperative's kept lines buy of each wholesaler: an order that stands is no longer too small."""
    worth: defaultdict[tuple[UUID, UUID], int] = defaultdict(int)
    for stock in week.snapshot.stocks:
        for cooperative_id, qty in week.held_qty[stock.id].items():
            worth[stock.wholesaler_id, cooperative_id] += held_value_idr(stock, qty)
    orders: defaultdict[UUID, list[int]] = defaultdict(list)
    for (wholesaler_id, _), value in worth.items():
        orders[wholesaler_id].append(value)
    return orders


class _Address(TypedDict):
    kelurahan: str
    kecamatan: str
    lat: float
    lon: float


def _address(week: Week, organisation: Organisation) -> _Address:
    """Return where an organisation is; one without a kelurahan is in nobody's neighbourhood."""
    kelurahan = organisation.kelurahan_code
    return {
        "kelurahan": kelurahan or organisation.code,
        "kecamatan": week.snapshot.kecamatan_of[kelurahan] if kelurahan else organisation.code,
        "lat": organisation.latitude,
        "lon": organisation.longitude,
    }


def _budget_idr(week: Week, organisation: Organisation, details: KitchenDetails) -> dict[str, int]:
    """Return the week's budget by line: what the portions allow per cooking day, times the cooking days."""
    cooking_days = sum(week.is_open(organisation, day) for day in week.snapshot.days)
    per_day = day_budget_idr(week.values, portions_small=details.portions_small, portions_large=details.portions_large)
    return {name.value: amount * cooking_days for name, amount in per_day.items()}


def _spent_idr(week: Week, ordered: Iterable[Ordered]) -> defaultdict[tuple[UUID, str], int]:
    """Return what order lines take of each kitchen's budget lines, rounded up once: a promise fits its budget."""
    budget_of = {line.id: line.budget_line for _, line in week.snapshot.demand}
    spent: defaultdict[tuple[UUID, str], Fraction] = defaultdict(Fraction)
    for _, line, _ in ordered:
        item = week.snapshot.items[line.item_code]
        name = budget_of.get(line.forecast_line_id, item.budget_line) if line.forecast_line_id else item.budget_line
        # To the last part of a rupiah, as the optimiser adds it up; nobody is billed for what does not come.
        exact_idr = Fraction(week.coming_qty(line) * line.price_idr, PRICED_PER[item.unit])
        spent[line.kitchen_id, name.value] += exact_idr
    return defaultdict(int, {key: round_up_rupiah(amount) for key, amount in spent.items()})


def _cooperative_refusal(week: Week, organisation: Organisation, days: Sequence[date]) -> Refusal | None:
    if organisation.status is not OrganisationStatus.ACTIVE:
        return Refusal(Ineligibility.ORGANISATION_INACTIVE, organisation.status.value)
    open_days = [day for day in days if week.is_open(organisation, day)]
    if not open_days:
        return Refusal(Ineligibility.CLOSED_ALL_DAYS, "closed on every day")
    if not any(_may_deliver(week, organisation, day) for day in open_days):
        return Refusal(Ineligibility.DOCUMENT_MISSING, ", ".join(kind.value for kind in SUPPLIER_DOCUMENTS))
    return None


def _may_deliver(week: Week, organisation: Organisation, day: date) -> bool:
    papers = week.snapshot.documents.get(organisation.id, [])
    has_papers = all(has_valid_document(papers, kind, day) for kind in SUPPLIER_DOCUMENTS)
    return has_papers and week.is_open(organisation, day)


def _free_g(week: Week, organisation: Organisation, details: CooperativeDetails, day: date) -> tuple[int, int]:
    """Return what a cooperative can carry on a day, in all and cold: never less than what it has promised to."""
    kept, kept_cold = _carried_g(week, organisation.id, day, week.kept_ids, is_kept=True)
    taken, taken_cold = _carried_g(week, organisation.id, day, week.kept_ids, is_kept=False)
    if not _may_deliver(week, organisation, day) or (organisation.id, day) in week.blocked[Blocked.DAY]:
        return kept, kept_cold
    special = week.snapshot.capacities.get((organisation.id, day))
    handling = special.handling_g if special else details.handling_g_per_day
    cold = special.cold_g if special else details.cold_g_per_day
    if (organisation.id, day) in week.blocked[Blocked.COLD_DAY]:
        cold = 0
    return max(kept, handling - taken), max(kept_cold, cold - taken_cold)


def _carried_g(
    week: Week, cooperative_id: UUID, day: date, kept_ids: frozenset[UUID], *, is_kept: bool
) -> tuple[int, int]:
    """Return the weight that order lines hold of a cooperative's day, in all and cold."""
    everything = cold = 0
    for line in week.ordered_on.get((cooperative_id, day), ()):
        if (line.id in kept_ids) is is_kept:
            item = week.snapshot.items[line.item_code]
            grams = weight_g(qty=week.coming_qty(line), grams_per_unit=item.grams_per_unit)
            everything += grams
            cold += grams if item.cold_chain is not ColdChain.NONE else 0
    return everything, cold


def _visits(week: Week) -> defaultdict[UUID, int]:
    """Return the most cooperatives that kept lines bring to each kitchen on a day."""
    visitors: defaultdict[tuple[UUID, date], set[UUID]] = defaultdict(set)
    for cooperative_id, line, _ in week.kept:
        visitors[line.kitchen_id, line.needed_date].add(cooperative_id)
    most: defaultdict[UUID, int] = defaultdict(int)
    for (kitchen_id, _), cooperatives in visitors.items():
        most[kitchen_id] = max(most[kitchen_id], len(cooperatives))
    return most


def _capital_idr(week: Week, exposure: Exposure, cooperative_id: UUID, *, kept: int) -> int:
    """Return what a cooperative can pay in advance: never less than what kept lines ask of it."""
    return kept if cooperative_id in week.blocked[Blocked.CASH] else max(kept, exposure.free_idr)


def _tied_up(week: Week) -> TiedUp:
    """Return what ties up capital beside what kept lines ask, as `/exposures` counts it."""
    kept_idr, pack_cost_idr = _kept_packs_idr(week), week.snapshot.pack_cost_idr
    return TiedUp(
        owed_idr=week.snapshot.owed_idr,
        under_way_idr=week.snapshot.under_way_idr,
        packs_idr={key: max(0, cost_idr - kept_idr[key]) for key, cost_idr in pack_cost_idr.items()},
        own_goods_idr=own_goods_idr(week.snapshot.ordered, _units(week), qty_of=week.idle_qty),
    )


def _kept_idr(week: Week) -> defaultdict[UUID, int]:
    """Return the cash that kept lines ask: pack prices, and the cash share of own goods."""
    kept_idr = _kept_packs_idr(week)
    for cooperative_id, cash_idr in own_goods_idr(week.kept, _units(week), qty_of=week.coming_qty).items():
        kept_idr[cooperative_id] += cash_idr
    return kept_idr


def _kept_packs_idr(week: Week) -> defaultdict[UUID, int]:
    """Return what kept lines hold of packs, as the problem counts it; what their packs have left is tied up besides."""
    packs_idr: defaultdict[UUID, int] = defaultdict(int)
    for stock in week.snapshot.stocks:
        for cooperative_id, qty in week.held_qty[stock.id].items():
            packs_idr[cooperative_id] += held_value_idr(stock, qty)
    return packs_idr


def _units(week: Week) -> dict[str, Unit]:
    return {code: item.unit for code, item in week.snapshot.items.items()}


def _fair_values_idr(week: Week, needs: Sequence[OpenNeed], capacity_g: dict[UUID, int]) -> dict[UUID, int]:
    """Return what each cooperative is due: as far as it is reliable, and as a new one at least its trial share."""
    need_idr = sum(
        value_idr(qty=need.qty, price_idr=need.max_price_idr, unit=_item_of(week, need).unit) for need in needs
    )
    weeks = {key: week.snapshot.records.get(key, {}) for key in (one.id for one, _ in week.snapshot.cooperatives)}
    reliable = reliabilities({key: total_of(records.values()) for key, records in weeks.items()})
    newcomers = frozenset(key for key, records in weeks.items() if is_new(records.values()))
    shares = fair_shares(
        need_idr=need_idr,
        fair_need_share_bp=week.values.fair_need_share_bp,
        capacity_g=capacity_g,
        past_value_idr=week.snapshot.past_value_idr,
        past_weeks=LEDGER_WEEKS,
        reliability_bp={key: entry.reliability_bp for key, entry in reliable.items()},
        trial=Trial(newcomers, week.values.trial_share_bp),
    )
    return {key: share.fair_value_idr for key, share in shares.items()}


def _item_of(week: Week, need: OpenNeed) -> CatalogueItem:
    return week.snapshot.items[need.line.item_code]
