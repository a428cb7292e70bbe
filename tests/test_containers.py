"""What the image and compose.yaml say, as far as it can be read without building them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def services() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def test_web_and_worker_share_a_folder_that_their_user_may_write_to(services: dict[str, dict[str, Any]]) -> None:
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    folder = re.findall(r"PASOK_VAR_DIR=(\S+)", image)[0]
    assert f"install --directory --owner=pasok {folder}" in image
    mounted = {name: services[name].get("volumes") for name in ("web", "worker")}
    assert mounted == {"web": [f"files:{folder}"], "worker": [f"files:{folder}"]}


def test_the_containers_are_given_settings_that_are_there(services: dict[str, dict[str, Any]]) -> None:
    given = {name for service in services.values() for name in service["environment"] if name.startswith("PASOK_")}
    assert "PASOK_PROXIES" in given
    assert given <= {f"PASOK_{name.upper()}" for name in Settings.model_fields}


def test_whoever_could_be_taken_for_the_proxy_does_not_reach_the_web_process(
    services: dict[str, dict[str, Any]],
) -> None:
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
