"""The application over the test's own transaction, as the API's tests have it."""

from tests.api.conftest import (
    app,
    built_app,
    client,
    client_as,
    engine,
    foreign_world,
    inhabited,
    inhabited_twice,
    lived_in,
    session,
    world,
)

__all__ = [
    "app",
    "built_app",
    "client",
    "client_as",
    "engine",
    "foreign_world",
    "inhabited",
    "inhabited_twice",
    "lived_in",
    "session",
    "world",
]
