"""The state diagrams of the domain's README are those of the transition tables."""

import importlib
import pkgutil
from enum import StrEnum
from pathlib import Path

import pytest

import service.domain

PACKAGE = service.domain.__path__
README = Path(service.domain.__file__).with_name("README.md")


def transition_tables() -> dict[str, dict[StrEnum, frozenset[StrEnum]]]:
    """Return every ``*_TRANSITIONS`` table of the domain by name."""
    modules = [importlib.import_module(f"service.domain.{each.name}") for each in pkgutil.iter_modules(PACKAGE)]
    return {name: table for module in modules for name, table in vars(module).items() if name.endswith("_TRANSITIONS")}


def diagram(table: dict[StrEnum, frozenset[StrEnum]]) -> str:
    """Draw a transition table as a Mermaid state diagram; the first status is where everything starts."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {next(iter(table)).value}"]
    for status, following in table.items():
        lines += [f"    {status.value} --> {after.value}" for after in type(status) if after in following]
        if not following:
            lines.append(f"    {status.value} --> [*]")
    return "\n".join([*lines, "```"])


@pytest.mark.parametrize("name", sorted(transition_tables()))
def test_every_state_diagram_is_drawn_from_its_table(name: str) -> None:
    assert diagram(transition_tables()[name]) in README.read_text(encoding="utf-8")


def test_there_are_tables_for_every_aggregate_with_a_status() -> None:
    assert len(transition_tables()) >= 8
