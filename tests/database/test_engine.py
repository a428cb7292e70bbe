"""Which databases are accepted, and what every connection is set to."""

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database import engine as engine_module
from service.database.embedded import DatabaseUnavailable
from service.database.engine import conninfo, create_engine, normalised_url, require_postgresql


@pytest.mark.parametrize("written", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_way_to_write_a_postgresql_address_is_understood(written: str) -> None:
    url = normalised_url(f"{written}://koperasi:r%40hasia@db.example:5433/pasok")
    assert (url.drivername, url.username, url.password, url.port) == (
        "postgresql+psycopg",
        "koperasi",
        "r@hasia",
        5433,
    )


@pytest.mark.parametrize("written", ["mysql://a@b/c", "db.example/pasok", ""])
def test_any_other_address_is_refused_by_name(written: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="PASOK_DATABASE_URL"):
        normalised_url(written)


def test_a_socket_folder_with_spaces_survives_in_the_connection_words() -> None:
    words = conninfo("postgresql://postgres@/pasok?host=%2Fsrv%2Fa%20folder&port=5432")
    assert "host='/srv/a folder'" in words
    assert "statement_timeout=30s" in words


async def test_connections_speak_utc_and_give_up_in_time(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        shown = {name: await connection.scalar(sa.text(f"SHOW {name}")) for name in engine_module.SESSION_OPTIONS}
    assert shown == {
        "timezone": "UTC",
        "statement_timeout": "30s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "40s",
    }


async def test_a_postgresql_of_today_is_accepted(engine: AsyncEngine) -> None:
    await require_postgresql(engine)


async def test_an_old_postgresql_is_refused_with_the_oldest_that_would_do(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "OLDEST_VERSION", 999)
    with pytest.raises(DatabaseUnavailable, match=r"too old: 999 or newer"):
        await require_postgresql(engine)


async def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    engine = create_engine("postgresql://koperasi:rahasia@127.0.0.1:1/pasok")
    with pytest.raises(DatabaseUnavailable, match=r"127\.0\.0\.1:1/pasok") as refused:
        await require_postgresql(engine)
    assert "rahasia" not in str(refused.value)
    await engine.dispose()
