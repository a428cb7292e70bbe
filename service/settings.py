"""Everything that can be set from outside, read once by the entry points and handed down as plain values."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.domain.second_factors import SecondFactorPolicy
from service.telemetry import LogFormat

DEMO_SECRET_KEY: Final = "demo-only-not-secret"  # noqa: S105 - known to all on purpose, refused outside demo mode
SHORTEST_SECRET: Final = 32


class Settings(BaseSettings):
    """The settings of one process, from `PASOK_...` variables; README.md describes each."""

    model_config = SettingsConfigDict(env_prefix="PASOK_", frozen=True, extra="forbid")

    demo: bool = False
    database_url: SecretStr | None = None
    replica_url: SecretStr | None = None
    """A streaming copy of that database, from which lists are read as files."""
    var_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    proxies: str = "127.0.0.1,::1"
    """Whose word about the caller's address and protocol is believed."""
    secret_key: SecretStr = SecretStr(DEMO_SECRET_KEY)
    second_factor: SecondFactorPolicy = SecondFactorPolicy.OFFERED
    session_hours: Annotated[int, Field(ge=1, le=24 * 30)] = 12
    session_idle_minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 120
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    drain_s: Annotated[int, Field(ge=0, le=300)] = 0
    worker_in_process: bool = True
    solves_at_once: Annotated[int, Field(ge=1, le=64)] = 1
    demo_cooperatives: Annotated[int, Field(ge=1, le=68)] = 40
    smtp_url: SecretStr | None = None
    mail_from: str = "pasok@localhost"
    public_url: str | None = None
    gateway_url: str | None = None
    gateway_secret: SecretStr | None = None
    webhooks_to_private: bool = False
    metrics_token: SecretStr | None = None
    keep_logins_days: Annotated[int, Field(ge=1)] = 30
    keep_messages_days: Annotated[int, Field(ge=7)] = 180
    keep_events_days: Annotated[int, Field(ge=90)] = 400
    log_format: LogFormat = "console"
    log_level: str = "INFO"

    @model_validator(mode="after")
    def _refuse_default_secrets(self) -> Self:
        secret = self.secret_key.get_secret_value()
        if not self.demo and (secret == DEMO_SECRET_KEY or len(secret) < SHORTEST_SECRET):
            message = (
                f"PASOK_SECRET_KEY must be set to at least {SHORTEST_SECRET} characters that nobody knows "
                "(python3 -c 'import secrets; print(secrets.token_urlsafe(32))'); only PASOK_DEMO=1 runs without"
            )
            raise ValueError(message)
        return self

    @field_validator("proxies")
    @classmethod
    def _refuse_unclear_proxies(cls, proxies: str) -> str:
        # Not all that call (*): whoever reaches the port could then say that they are somebody else.
        try:
            for one in proxies.split(","):
                ip_network(one.strip())
        except ValueError as error:
            message = f"PASOK_PROXIES holds addresses and networks, as 127.0.0.1,10.0.0.0/8: {error}"
            raise ValueError(message) from error
        return proxies

    @property
    def postgres_dir(self) -> Path:
        """Where the bundled PostgreSQL keeps its data when no database_url is set."""
        return self.var_dir / "postgres"

    @property
    def photos_dir(self) -> Path:
        """Where pictures of receipts lie; web processes and workers share it."""
        return self.var_dir / "photos"

    @property
    def configured_database_url(self) -> str | None:
        """The address of the PostgreSQL to use; None for the bundled one."""
        return self.database_url.get_secret_value() if self.database_url else None
