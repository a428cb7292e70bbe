"""What the service's own user of PostgreSQL may do: work with every table, and not edit what is only appended.

Migrations are applied by the owner of the tables; web processes and workers connect as another user, who cannot take
triggers off, change tables or rewrite the audit trail, the books and what happened.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import sql

from service.database.engine import conninfo
from service.database.schema import VERSION_TABLE

GRANTS: Final = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
    "GRANT USAGE ON SCHEMA public TO {}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
    "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}",
    f"REVOKE INSERT, UPDATE, DELETE ON {VERSION_TABLE} FROM {{}}",
    "REVOKE UPDATE, DELETE ON audit_entry, ledger_entry FROM {}",
    "REVOKE UPDATE ON event FROM {}",
    "REVOKE INSERT, UPDATE, DELETE ON event_concern FROM {}",
    "GRANT UPDATE (sequence, sha256, sealed_at) ON audit_entry TO {}",
)
"""Nothing of it is left over from before: tables of a new migration are granted when this is done again."""


class UnknownRole(RuntimeError):
    """PostgreSQL knows no such user."""


def grant_service(database_url: str, role: str) -> None:
    """Give a user of PostgreSQL what web processes and workers need, in one transaction; the owner does it.

    Raises
    ------
    UnknownRole
        If there is no such user.
    """
    with psycopg.connect(conninfo(database_url)) as connection:
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
            message = f"PostgreSQL knows no user {role}: CREATE ROLE {role} LOGIN PASSWORD '...'"
            raise UnknownRole(message)
        for statement in GRANTS:
            connection.execute(_for(role, statement))


def _for(role: str, statement: str) -> sql.Composed:
    words: Any = statement
    return sql.SQL(words).format(sql.Identifier(role))
