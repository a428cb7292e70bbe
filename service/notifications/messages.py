"""A message to a person, and why it could not be handed over."""

from __future__ import annotations

from dataclasses import dataclass


class NotSent(Exception):
    """A message could not be handed over; ``is_final`` if trying again is of no use."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one person; its id stays the same when it is tried again."""

    id: str
    to: str
    subject: str
    text: str
