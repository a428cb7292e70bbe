"""What a kitchen's two-weekly report says, from what was delivered and invoiced."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from service.database.queries.entry_facts import read_policy_values
from service.database.queries.kitchen_reports import InvoicedLine, invoiced_lines, producers_of
from service.database.queries.organisations import list_closed_days
from service.database.queries.price_caps import CapFilter, list_caps, list_exceptions
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import delivery_days
from service.domain.items import BudgetLine
from service.domain.organisations import Kitchen, Organisation, serves_on
from service.domain.places import Region
from service.domain.policies import day_budget_idr
from service.domain.price_caps import PriceCap, PriceException, cap_limit_idr
from service.files.papers.paper import Party
from service.files.papers.reports import Bought, Invoiced, KitchenReport

DAYS: Final = 14
MOST_CAPS: Final = 20_000


async def report_of(
    work: UnitOfWork,
    region: Region,
    kitchen: Organisation,
    details: Kitchen,
    *,
    head: Party,
    office: Party,
    first: date,
) -> KitchenReport:
    """Return two weeks of a kitchen, by cooking day; the budget is that of its registered portions."""
    last = first + timedelta(days=DAYS - 1)
    lines = await invoiced_lines(work.session, kitchen.id, from_date=first, to_date=last)
    producers = await producers_of(work.session, kitchen.id, from_date=first, to_date=last)
    names = {line.cooperative.id: line.cooperative.name for line in lines}
    wanted = CapFilter()
    caps = await list_caps(work.session, zone=region.price_zone, wanted=wanted, after=None, limit=MOST_CAPS)
    exceptions = await list_exceptions(
        work.session, region_code=region.code, wanted=wanted, after=None, limit=MOST_CAPS
    )
    closed = {day.closed_date for day in await list_closed_days(work.session, kitchen.id, from_date=first)}
    values = await read_policy_values(work.session, region.code)
    portions = {"portions_small": details.portions_small, "portions_large": details.portions_large}
    budget = day_budget_idr(values, **portions)
    return KitchenReport(
        kitchen=head,
        office=office,
        from_date=first,
        to_date=last,
        cooking_days=tuple(day for day in delivery_days(first, last) if serves_on(kitchen, day, frozenset(closed))),
        portions_small=details.portions_small,
        portions_large=details.portions_large,
        ingredient_budget_idr=budget[BudgetLine.INGREDIENT],
        operations_budget_idr=budget[BudgetLine.OPERATIONS],
        min_suppliers=details.min_suppliers,
        bought=tuple(_bought(line, caps, exceptions, zone=region.price_zone) for line in lines),
        producers=tuple((names[key], found) for key, found in producers.items() if key in names),
        invoices=_invoices(lines),
    )


def _bought(line: InvoicedLine, caps: list[PriceCap], exceptions: list[PriceException], *, zone: int) -> Bought:
    day, item = line.delivery.needed_date, line.item
    return Bought(
        day=day,
        item=item,
        supplier=line.cooperative.name,
        invoice=line.invoice.number,
        qty=line.line.qty,
        price_idr=line.line.price_idr,
        cap_idr=cap_limit_idr(caps, exceptions, item_code=item.code, zone=zone, day=day),
        value_idr=line.line.value_idr,
    )


def _invoices(lines: list[InvoicedLine]) -> tuple[Invoiced, ...]:
    """Return each invoice once, as the lines name them."""
    found = {line.invoice.id: line for line in lines}
    return tuple(
        Invoiced(
            number=one.invoice.number,
            delivery=one.delivery.number,
            supplier=one.cooperative.name,
            issued_on=one.invoice.issued_on,
            total_idr=one.invoice.total_idr - one.invoice.credited_idr,
            paid_idr=one.invoice.paid_idr,
        )
        for one in found.values()
    )
