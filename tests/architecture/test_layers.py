"""What each layer may know, beyond the arrows that import-linter checks."""

import sys

import pytest
from sqlmodel import SQLModel

import service.database.schema  # noqa: F401 - loads every table
from tests.architecture.source import source_files

ALLOWED = {
    "service/domain": {"service.domain", "sqlmodel", "sqlalchemy", "pydantic"},
    "service/matching": {"numba", "service.domain", "service.matching", "numpy", "ortools"},
}


@pytest.mark.parametrize("folder", ALLOWED)
def test_the_core_imports_the_standard_library_and_a_short_list(folder: str) -> None:
    found = [
        f"{file.place(node)} imports {module}"
        for file in source_files(folder)
        for node, module in file.imports()
        if module.split(".")[0] not in sys.stdlib_module_names
        and not any(module == allowed or module.startswith(f"{allowed}.") for allowed in ALLOWED[folder])
    ]
    assert found == []


def test_only_the_unit_of_work_ends_a_transaction() -> None:
    found = [
        f"{file.place(node)} calls {words}"
        for file in source_files()
        for node, words in file.calls()
        if words.split(".")[-1] in {"commit", "rollback"} and file.name != "service/database/unit_of_work.py"
    ]
    assert found == []


def test_only_database_creates_engines() -> None:
    makers = {"create_engine", "create_async_engine", "engine_from_config"}
    found = [
        f"{file.place(node)} imports {module}"
        for file in source_files()
        for node, module in file.imports()
        if module.startswith(("sqlalchemy.", "sqlmodel."))
        and module.split(".")[-1] in makers
        and file.name != "service/database/engine.py"
    ]
    assert found == []


def test_relationships_are_loaded_on_purpose_or_not_at_all() -> None:
    mappers = SQLModel._sa_registry.mappers
    assert len(mappers) > 20
    lazy = [str(way) for mapper in mappers for way in mapper.relationships if not str(way.lazy).startswith("raise")]
    assert lazy == []


def test_only_entry_points_read_settings() -> None:
    entry_points = ("service/cli/", "service/main.py", "service/worker.py")
    found = [
        file.place(node)
        for file in source_files()
        for node, module in file.imports()
        if module.startswith("service.settings") and not file.name.startswith(entry_points)
    ]
    assert found == []


def test_the_environment_is_read_by_settings_and_handed_to_postgresql_only() -> None:
    may_read = {"service/database/embedded.py", "service/database/server_user.py"}
    found = [
        file.name
        for file in source_files()
        if ("os.environ" in file.text or "getenv" in file.text) and file.name not in may_read
    ]
    assert found == []
