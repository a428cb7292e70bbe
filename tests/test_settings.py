"""Outside demo mode nothing starts with a secret that everybody knows."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from service.settings import DEMO_SECRET_KEY, Settings

SECRET = "k" * 32


def test_the_demo_runs_without_any_setting() -> None:
    settings = Settings(demo=True)
    assert (settings.host, settings.port, settings.configured_database_url) == ("127.0.0.1", 8000, None)
    assert settings.postgres_dir.as_posix() == "var/postgres"


@pytest.mark.parametrize("secret", [DEMO_SECRET_KEY, "", "k" * 31])
def test_a_known_or_short_secret_is_refused_outside_the_demo(secret: str) -> None:
    with pytest.raises(ValidationError, match="PASOK_SECRET_KEY must be set"):
        Settings(secret_key=secret)
    assert Settings(demo=True, secret_key=secret).demo


def test_settings_come_from_the_environment_and_never_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASOK_SECRET_KEY", SECRET)
    monkeypatch.setenv("PASOK_WORKER_IN_PROCESS", "0")
    monkeypatch.setenv("PASOK_DATABASE_URL", "postgresql://pasok:rahasia@db/pasok")
    settings = Settings()
    assert not settings.worker_in_process
    assert settings.configured_database_url == "postgresql://pasok:rahasia@db/pasok"
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1


@pytest.mark.parametrize("proxies", ["*", "", "proxy.internal", "10.0.0.1/8", "127.0.0.1,"])
def test_proxies_are_addresses_and_networks(proxies: str) -> None:
    with pytest.raises(ValidationError, match="PASOK_PROXIES"):
        Settings(demo=True, proxies=proxies)


def test_every_setting_is_described() -> None:
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"| `PASOK_{name.upper()}` |" not in readme] == []


def test_secrets_are_not_printed() -> None:
    settings = Settings(secret_key=SECRET, database_url="postgresql://pasok:rahasia@db/pasok")
    assert SECRET not in repr(settings)
    assert "rahasia" not in repr(settings)
