"""What the service is made of: every installed package that it needs, as a CycloneDX bill of materials."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any, Final

import typer
from packaging.requirements import Requirement

ROOT: Final = "pasok"


def sbom() -> None:
    """Print the bill of materials as CycloneDX 1.6 JSON; the same packages give the same bytes."""
    typer.echo(json.dumps(bill_of_materials(ROOT), indent=2, ensure_ascii=False))


def bill_of_materials(root: str) -> dict[str, Any]:
    """Return the bill of a package and of all that it needs as installed here."""
    found = closure(root)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component(found[root], "application")},
        "components": [_component(found[name], "library") for name in sorted(found) if name != root],
        "dependencies": [
            {"ref": _reference(found[name]), "dependsOn": [_reference(found[part]) for part in _needs(found, name)]}
            for name in sorted(found)
        ],
    }


def closure(root: str) -> dict[str, Distribution]:
    """Return a package and all that it needs, straight or through others, by plain name."""
    found: dict[str, Distribution] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # for another system or version of Python
        waiting += required(found[name])
    return found


def required(package: Distribution) -> Iterator[str]:
    """Yield the plain names of what a package asks for, here, its extras aside."""
    for line in package.requires or ():
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate({"extra": ""}):
            yield plain(asked.name)


def plain(name: str) -> str:
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _needs(found: dict[str, Distribution], name: str) -> list[str]:
    return sorted({part for part in required(found[name]) if part in found})


def _component(package: Distribution, kind: str) -> dict[str, Any]:
    name = plain(package.metadata["Name"])
    known = package.metadata.json
    licence = str(known.get("license_expression") or known.get("license") or "")
    shown = {"type": kind, "bom-ref": _reference(package), "name": name, "version": package.version}
    told = {"licenses": [{"license": {"name": licence.splitlines()[0]}}]} if licence.strip() else {}
    return {**shown, "purl": _reference(package), **told}


def _reference(package: Distribution) -> str:
    return f"pkg:pypi/{plain(package.metadata['Name'])}@{package.version}"
