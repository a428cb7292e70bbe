"""Every status table over its full grid: what it allows happens, all else is refused with what would be allowed."""

import importlib
import pkgutil

import pytest

import service.domain
from service.domain.errors import IllegalTransition
from service.domain.status import transition

TABLES = {
    name: table
    for module in pkgutil.iter_modules(service.domain.__path__)
    for name, table in vars(importlib.import_module(f"service.domain.{module.name}")).items()
    if name.endswith("_TRANSITIONS")
}
GRID = [
    pytest.param(table, current, target, id=f"{name}: {current.value} to {target.value}")
    for name, table in sorted(TABLES.items())
    for current in type(next(iter(table)))
    for target in type(next(iter(table)))
]


@pytest.mark.parametrize(("table", "current", "target"), GRID)
def test_a_change_of_status_follows_its_table(table, current, target) -> None:
    if target in table[current]:
        assert transition(table, current, target, what="thing") is target
        return
    with pytest.raises(IllegalTransition, match=f"is {current.value}; it cannot become {target.value}") as refusal:
        transition(table, current, target, what="thing")
    assert refusal.value.facts["allowed"] == sorted(status.value for status in table[current])


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_status_has_a_row(name: str) -> None:
    table = TABLES[name]
    assert set(table) == set(type(next(iter(table))))
