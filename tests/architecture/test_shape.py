"""Small files, small functions, names that say what is in them, and nothing left for later."""

import re

import pytest

from service.settings import Settings
from tests.architecture.source import ROOT, source_files

LONGEST_FILE = 300
LONGEST_FUNCTION = 60
EMPTY_NAMES = {"base", "common", "helper", "helpers", "misc", "shared", "stuff", "tools", "util", "utils"}
LEFT_FOR_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|pytest\.skip|mark\.(skip|xfail)")


@pytest.mark.parametrize("folder", ["service", "tests", "benchmarks"])
def test_no_file_is_long(folder: str) -> None:
    lines = {file.name: file.text.count("\n") for file in source_files(folder)}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_no_function_is_long() -> None:
    long = [
        f"{file.place(node)} {node.name}: {node.end_lineno - node.lineno + 1}"
        for file in source_files()
        for node in file.functions()
        if node.end_lineno is not None and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("folder", ["service", "tests", "benchmarks"])
def test_a_module_is_named_by_what_it_holds(folder: str) -> None:
    words = {file.name: set(re.split(r"[_/]", file.name.removesuffix(".py"))) for file in source_files(folder)}
    assert [name for name, parts in words.items() if parts & EMPTY_NAMES] == []


@pytest.mark.parametrize("folder", ["service", "migrations", "benchmarks"])
def test_nothing_is_left_for_later(folder: str) -> None:
    found = [
        f"{file.name}: {match[0]}" for file in source_files(folder) for match in LEFT_FOR_LATER.finditer(file.text)
    ]
    assert found == []


def test_every_setting_is_described_in_the_readme() -> None:
    described = set(re.findall(r"`PASOK_([A-Z_]+)`", (ROOT / "README.md").read_text("utf-8")))
    assert described >= {name.upper() for name in Settings.model_fields}


def test_every_setting_has_a_user() -> None:
    others = "".join(file.text for file in source_files() if file.name != "service/settings.py")
    through = {"database_url": "configured_database_url", "var_dir": "postgres_dir"}
    unused = [name for name in Settings.model_fields if f"settings.{through.get(name, name)}" not in others]
    assert unused == []
