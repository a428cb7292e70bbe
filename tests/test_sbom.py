"""The bill of materials names what the service is made of, as the lock pins it."""

import json
import re
import tomllib
from importlib.metadata import distribution

from typer.testing import CliRunner

from service.cli import app
from service.cli.sbom import bill_of_materials, closure, plain
from tests.architecture.source import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)", re.MULTILINE)


def test_the_bill_is_cyclonedx_and_names_every_package_with_its_version():
    bill = bill_of_materials("fastapi")
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    names = {one["name"]: one["version"] for one in bill["components"]}
    assert {"starlette", "pydantic", "pydantic-core"} <= set(names)
    assert names["pydantic"] == distribution("pydantic").version
    references = {one["bom-ref"] for one in [bill["metadata"]["component"], *bill["components"]]}
    for entry in bill["dependencies"]:
        assert entry["ref"] in references
        assert set(entry["dependsOn"]) <= references


def test_every_package_that_the_service_asks_for_is_pinned_with_what_it_needs():
    pins = {(plain(name), version) for name, version in PIN.findall((ROOT / "requirements.lock").read_text("utf-8"))}
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for line in asked:
        for name, package in closure(plain(re.match(r"[A-Za-z0-9._-]+", line)[0])).items():
            assert (name, package.version) in pins


def test_the_command_prints_the_same_bytes_twice():
    first, second = (CliRunner().invoke(app, ["sbom"]) for _ in range(2))
    if first.exit_code == 0:
        assert json.loads(first.stdout)["metadata"]["component"]["name"] == "pasok"
        assert first.stdout == second.stdout
