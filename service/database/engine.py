"""One engine per process: where the database is, how many connections, and how long a statement may take."""

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from service.database.embedded import DatabaseUnavailable

OLDEST_VERSION: Final = 15

# Session options of every connection. A request waits for locks a few seconds at most; a forgotten transaction ends.
SESSION_OPTIONS: Final = {
    "timezone": "UTC",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "40s",
}


@dataclass(frozen=True, slots=True)
class PoolSize:
    """How many connections stay open, and how many more may open for a while."""

    kept: int = 10
    extra: int = 10


def normalised_url(database_url: str) -> sa.URL:
    """Return the address for psycopg 3, whichever way of writing a PostgreSQL address was used."""
    try:
        url = make_url(database_url)
    except sa.exc.ArgumentError as error:
        message = "PASOK_DATABASE_URL is not an address: write postgresql://user:password@host:5432/database"
        raise DatabaseUnavailable(message) from error
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        message = f"PASOK_DATABASE_URL names {url.get_backend_name()}; only PostgreSQL is supported"
        raise DatabaseUnavailable(message)
    return url.set(drivername="postgresql+psycopg")


def conninfo(database_url: str) -> str:
    """Return the address as libpq writes it, with our session options, for connections that are not SQLAlchemy's."""
    url = normalised_url(database_url)
    _, words = url.get_dialect()().create_connect_args(url)
    return make_conninfo(**{**words, **_connect_args(words.get("options", ""))})


def create_engine(database_url: str, pool: PoolSize | None = None, **options: Any) -> AsyncEngine:  # noqa: ANN401
    """Create the process's engine; nothing connects yet."""
    pool = pool or PoolSize()
    sizes: dict[str, Any] = {"pool_size": pool.kept, "max_overflow": pool.extra, "pool_pre_ping": True}
    if "poolclass" in options:
        sizes = {}
    url = normalised_url(database_url)
    # What a statement was given is personal at times, and its errors are logged.
    options = {"connect_args": _connect_args(url.query.get("options", "")), "hide_parameters": True, **options}
    return create_async_engine(url, **sizes, **options)


def create_migration_engine(database_url: str) -> sa.Engine:
    """Create the engine of the migrations: one plain connection, no limits but those a migration sets."""
    return sa.create_engine(
        normalised_url(database_url), poolclass=sa.NullPool, connect_args={"options": "-c timezone=UTC"}
    )


def create_sessions(bind: Any, **options: Any) -> async_sessionmaker[AsyncSession]:  # noqa: ANN401
    """Create the maker of sessions on an engine or a connection; objects stay readable after commit."""
    return async_sessionmaker(bind, expire_on_commit=False, autoflush=True, **options)


async def require_postgresql(engine: AsyncEngine) -> None:
    """Refuse a database that cannot be reached or is too old, saying which and why."""
    where = engine.url.render_as_string(hide_password=True)
    try:
        async with engine.connect() as connection:
            version = int(await connection.scalar(sa.text("SHOW server_version_num"))) // 10_000
    except sa.exc.OperationalError as error:
        message = f"No PostgreSQL answers at {where}: {str(error.orig).strip()}"
        raise DatabaseUnavailable(message) from error
    if version < OLDEST_VERSION:
        message = f"PostgreSQL {version} at {where} is too old: {OLDEST_VERSION} or newer is needed"
        raise DatabaseUnavailable(message)


def _connect_args(given: object) -> dict[str, str]:
    ours = " ".join(f"-c {name}={value}" for name, value in SESSION_OPTIONS.items())
    return {"options": f"{ours} {given}".strip()}
