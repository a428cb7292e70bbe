"""What a paper says, whatever it is: two parties, facts, a table, sums, who signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Align(StrEnum):
    LEFT = "LEFT"
    RIGHT = "RIGHT"
    CENTER = "CENTER"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as a letterhead names it."""

    name: str
    code: str
    address: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its head, its part of the width, how its cells stand."""

    head: str
    width: int
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Where somebody signs: as what, and, where it is known, who did and when."""

    function: str
    organisation: str
    name: str = ""
    signed: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper; texts are in Indonesian and ready to print. ``made_at`` is written into the file and nothing else."""

    title: str
    number: str
    place_and_date: str
    issuer: Party
    receiver_label: str
    receiver: Party
    made_at: datetime
    opening: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sums: tuple[tuple[str, str], ...] = ()
    closing: str = ""
    signatures: tuple[SignatureBlock, ...] = ()
    needs_stamp: bool = False
    """Whether a stamp duty of Rp 10,000 belongs under it: receipts above Rp 5 million."""
