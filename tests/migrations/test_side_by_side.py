"""Migrations that only add let the old program run on beside the new one; all others are named, in ALERTS.md too."""

import ast
from collections.abc import Iterator

from tests.architecture.source import ROOT

STOPS_THE_OLD = {
    "2026_11_27_credit_notes": "numbers of papers are counted by kind: the primary key of the counter is another",
    "2026_11_28_lines_without_version": "the old program writes a column that is gone",
}
"""Migrations that need the old program stopped, and why."""
TAKES_AWAY = {"drop_column", "drop_table", "rename_table"}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def takes_away(name: str, call: ast.Call) -> bool:
    """Tell whether a step removes what the old program reads, or asks of its rows what it does not write."""
    words = {word.arg: word.value for word in call.keywords}
    if name in {"alter_column", "drop_constraint"}:
        kind = words.get("type_")
        return name == "alter_column" or (isinstance(kind, ast.Constant) and kind.value == "primary")
    if name != "add_column":
        return name in TAKES_AWAY
    column = {word.arg: word.value for part in call.args[1:] if isinstance(part, ast.Call) for word in part.keywords}
    nullable = column.get("nullable")
    is_needed = isinstance(nullable, ast.Constant) and nullable.value is False
    return is_needed and "server_default" not in column


def test_a_migration_adds_only_or_is_named_as_one_that_stops_the_old_program() -> None:
    found = set()
    for path in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        upgrade = next(part for part in ast.parse(path.read_text()).body if getattr(part, "name", "") == "upgrade")
        if any(takes_away(name, call) for name, call in calls(upgrade)):
            found.add(path.stem)
    assert found == set(STOPS_THE_OLD)


def test_operators_are_told_which_migrations_stop_the_old_program() -> None:
    told = (ROOT / "service" / "ALERTS.md").read_text()
    assert [name for name in STOPS_THE_OLD if name.split("_", 3)[3] not in told] == []
