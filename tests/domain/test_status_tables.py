"""Which status may follow which, for every aggregate: the whole grid, written down apart from the code.

A row is a status, a column what it may become, in the order of the enum: ``x`` allowed, ``.`` refused. The first
status is where things begin.
"""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import service.domain
from service.domain.errors import IllegalTransition
from service.domain.status import transition

GRIDS = {
    "DELIVERY_TRANSITIONS": """
        planned     . x . x
        dispatched  . . x .
        received    . . . .
        cancelled   . . . .
    """,
    "INVOICE_TRANSITIONS": """
        issued       x x x
        partly_paid  x x x
        paid         x x x
    """,
    "PRICE_PROPOSAL_TRANSITIONS": """
        open       . x x x x
        approved   . . . . .
        refused    . . . . .
        withdrawn  . . . . .
        expired    . . . . .
    """,
    "PURCHASE_TRANSITIONS": """
        sent      . x
        answered  . .
    """,
    "PURCHASE_LINE_TRANSITIONS": """
        awaiting_answer  . x x x
        confirmed        . . . .
        cut              . . . .
        declined         . . . .
    """,
    "RECALL_TRANSITIONS": """
        open    . x
        closed  . .
    """,
    "RECEIPT_TRANSITIONS": """
        open    . x
        signed  . .
    """,
    "FORECAST_TRANSITIONS": """
        draft       . x . x
        submitted   . . x x
        superseded  . . . .
        withdrawn   . . . .
    """,
    "OFFER_TRANSITIONS": """
        open       . x
        withdrawn  . .
    """,
    "ORDER_TRANSITIONS": """
        sent       . x x
        answered   x . x
        cancelled  . . .
    """,
    "ORDER_LINE_TRANSITIONS": """
        awaiting_answer  . x x x x
        accepted         x . x x x
        accepted_less    x . . x x
        declined         x . . . .
        cancelled        . . . . .
    """,
    "ORGANISATION_TRANSITIONS": """
        registered  . x . x
        active      . . x x
        suspended   . x . x
        closed      . . . .
    """,
    "PLAN_TRANSITIONS": """
        proposed    . x x .
        published   . . . x
        discarded   . . . .
        superseded  . . . .
    """,
    "ANSWER_TRANSITIONS": """
        waiting   . x x
        answered  . . .
        failed    x . .
    """,
    "RUN_TRANSITIONS": """
        queued      . x . . x x
        running     x . x x x x
        cancelling  . . . . x x
        succeeded   . . . . . .
        cancelled   . . . . . .
        failed      . . . . . .
    """,
    "ENDPOINT_TRANSITIONS": """
        active    . x
        disabled  x .
    """,
    "NOTIFICATION_TRANSITIONS": """
        waiting  . x x
        sent     . . .
        failed   . . .
    """,
    "WEBHOOK_DELIVERY_TRANSITIONS": """
        pending    . x x
        delivered  x . .
        dead       x . .
    """,
    "STOCK_TRANSITIONS": """
        open       . x
        withdrawn  . .
    """,
}


def tables_of_the_domain() -> dict[str, dict]:
    found = {}
    for module in pkgutil.iter_modules(service.domain.__path__):
        loaded = importlib.import_module(f"service.domain.{module.name}")
        own = {name: table for name, table in vars(loaded).items() if name.endswith("_TRANSITIONS")}
        found |= own
    return found


TABLES = tables_of_the_domain()


def expected(grid: str) -> dict[str, str]:
    rows = [line.split() for line in grid.strip().splitlines()]
    return {status: "".join(marks) for status, *marks in rows}


def cells() -> Iterator[tuple[str, object, object, bool]]:
    for name, grid in GRIDS.items():
        marks = expected(grid)
        statuses = list(next(iter(TABLES[name])).__class__)
        for current in statuses:
            for column, target in enumerate(statuses):
                yield name, current, target, marks[current.value][column] == "x"


def test_every_table_of_the_domain_is_written_down_here():
    assert set(TABLES) == set(GRIDS)


@pytest.mark.parametrize("name", GRIDS)
def test_every_status_has_a_row_in_the_order_of_its_enum(name):
    statuses = [status.value for status in next(iter(TABLES[name])).__class__]

    assert list(expected(GRIDS[name])) == statuses
    assert {status.value for status in TABLES[name]} == set(statuses)
    assert {len(marks) for marks in expected(GRIDS[name]).values()} == {len(statuses)}


@pytest.mark.parametrize(("name", "current", "target", "is_allowed"), list(cells()))
def test_a_status_becomes_what_the_grid_allows_and_nothing_else(name, current, target, is_allowed):
    if is_allowed:
        assert transition(TABLES[name], current, target, what="thing") is target
        return
    with pytest.raises(IllegalTransition) as refusal:
        transition(TABLES[name], current, target, what="thing")
    assert (refusal.value.facts["current"], refusal.value.facts["target"]) == (current.value, target.value)
    marks = expected(GRIDS[name])
    allowed = [status for status, mark in zip(marks, marks[current.value], strict=True) if mark == "x"]
    assert refusal.value.facts["allowed"] == sorted(allowed)


@pytest.mark.parametrize("name", GRIDS)
def test_every_status_can_be_reached_from_the_first(name):
    statuses = list(next(iter(TABLES[name])).__class__)
    reached, frontier = {statuses[0]}, [statuses[0]]
    while frontier:
        for following in TABLES[name][frontier.pop()] - reached:
            reached.add(following)
            frontier.append(following)

    assert reached == set(statuses)
