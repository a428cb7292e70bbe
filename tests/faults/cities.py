"""A planned week in a database of its own, its people logged in, and what they send one after the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.queries.invariants import violations
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.organisations import OrganisationKind
from service.domain.people import Role
from service.jobs.app import Jobs
from service.settings import Settings
from service.worker import build_jobs
from service.workflows.prepare_deliveries import prepare_due_deliveries
from tests.factories.people import new_login, new_user
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.purchases import confirm_purchases
from tests.faults.processes import Onlooker, Sent, Web

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SELLER, BUYER, CITY, PAYER = "officer", "head", "operator", "accountant"


@dataclass
class City:
    """One cooperative, two kitchens, a published plan to come."""

    url: str
    week: PlannedWeek | None
    engine: AsyncEngine
    units: UnitsOfWork

    @property
    def look(self) -> Onlooker:
        return Onlooker(self.url)

    async def do(self, deed: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        async with self.units.begin() as work:
            return await deed(work)

    async def wrong(self) -> list[Any]:
        """Return what breaks a rule of the books."""
        return list(await self.do(lambda work: violations(work.session)))

    async def make_notes(self) -> None:
        """Let the wholesaler confirm and the delivery notes be made."""
        await self.do(confirm_purchases)
        await prepare_due_deliveries(self.units)

    def entries(self) -> int:
        """Return how many entries the audit trail has: one deed adds its own once."""
        return int(self.look.ask("SELECT count(*) FROM audit_entry"))


def units_on(url: str) -> tuple[AsyncEngine, UnitsOfWork]:
    """Return units of work on a database, whose clock stands still."""
    engine = create_engine(url)
    jobs = Jobs(conninfo(url))
    units = UnitsOfWork(create_sessions(engine), jobs, clock=lambda: NOW)
    jobs.register(*build_jobs(units, Settings(demo=True)))
    return engine, units


async def found_city(url: str, *, kitchens: int = 2, cooperatives: int = 1) -> City:
    """Fill an empty database."""
    engine, units = units_on(url)
    async with units.begin() as work:
        week = await add_planned_week(work.session, kitchens=kitchens, cooperatives=cooperatives, items=2)
        accountant = new_user(week.kitchens[0], Role.KITCHEN_ACCOUNTANT)
        work.session.add(accountant)
        await work.session.flush()
        [office] = [one for role, one in week.users if role is Role.CITY_OPERATOR]
        people = {
            CITY: week.users[Role.CITY_OPERATOR, office],
            SELLER: week.users[Role.COOP_OFFICER, week.cooperatives[0].id],
            BUYER: week.users[Role.KITCHEN_HEAD, week.kitchens[0].id],
            PAYER: accountant,
        }
        work.session.add_all(new_login(user, token) for token, user in people.items())
    assert week.wholesaler
    assert week.wholesaler.kind is OrganisationKind.WHOLESALER
    return City(url, week, engine, units)


# ---- what people send; each reads what it needs from a web process first


def reading(web: Web, token: str, path: str) -> Any:
    answer = web.send(Sent(token, path, method="GET"))
    assert answer.is_success, answer.text
    return answer.json()


def publishing(_web: Web, city: City) -> Sent:
    plan_id = city.look.ask("SELECT id FROM plan WHERE status = 'proposed'")
    return Sent(CITY, f"/plans/{plan_id}/publish", headers={"If-Match": '"1"'})


def answering(web: Web, _city: City, *, share: float = 1) -> Sent:
    [listed] = reading(web, SELLER, "/orders")["items"]
    order = reading(web, SELLER, f"/orders/{listed['id']}")
    less = {} if share == 1 else {"reason": "closed"}
    said = [
        {"line_id": line["id"], "accepted_qty": int(line["ordered_qty"] * share), **less} for line in order["lines"]
    ]
    return Sent(SELLER, f"/orders/{order['id']}/answers", {"answers": said})


def _note(web: Web) -> Any:
    """Return the note for the kitchen of our people."""
    [note] = reading(web, BUYER, "/deliveries")["items"]
    return reading(web, SELLER, f"/deliveries/{note['id']}")


def dispatching(web: Web, _city: City) -> Sent:
    note = _note(web)
    lots = [
        {
            "line_id": line["id"],
            "lots": [{"shipped_qty": line["planned_qty"], "lot_code": "L-1", "producer": "Tani Mekar"}],
        }
        for line in note["lines"]
    ]
    return Sent(SELLER, f"/deliveries/{note['id']}/dispatch", {"lines": lots}, {"If-Match": '"1"'})


def receiving(web: Web, _city: City) -> Sent:
    note = _note(web)
    lines = [{"line_id": line["id"], "received_qty": line["shipped_qty"]} for line in note["lines"]]
    return Sent(BUYER, f"/deliveries/{note['id']}/receipt", {"lines": lines})


def signing(token: str) -> Callable[[Web, City], Sent]:
    def sign(web: Web, _city: City) -> Sent:
        [receipt] = reading(web, BUYER, "/receipts")["items"]
        return Sent(token, f"/receipts/{receipt['id']}/signatures")

    return sign


def paying(web: Web, _city: City) -> Sent:
    [invoice] = reading(web, PAYER, "/invoices")["items"]
    body = {"amount_idr": invoice["total_idr"], "paid_on": invoice["issued_on"], "reference": "TRX-1"}
    return Sent(PAYER, f"/invoices/{invoice['id']}/payments", body)
