"""The books, and what stands between two organisations; rupiah."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Resource
from service.database.queries.ledgers import ShownEntry, Statement
from service.domain.ledgers import Account


class LedgerEntryOut(Resource):
    """One side of a movement in one book; debits are positive."""

    id: UUID
    booked_on: date = Field(examples=["2026-11-29"])
    organisation_id: UUID = Field(description="Whose book")
    organisation_name: str = Field(examples=["KKMP Bantarjati"])
    counterparty_id: UUID
    counterparty_name: str = Field(examples=["SPPG Bantarjati"])
    account: Account = Field(examples=["receivable"])
    amount_idr: int = Field(description="Debits are positive", examples=[520_000])
    movement_id: UUID = Field(description="The paper or payment that moved the money")
    document: str = Field(
        description="`invoice`, `credit_note`, `payment`, `purchase` or `purchase_payment`", examples=["invoice"]
    )
    number: str = Field(
        description="Of the paper; of a payment what it is for", examples=["INV/C3271041009/2026/00017"]
    )

    @classmethod
    def showing(cls, shown: ShownEntry) -> LedgerEntryOut:
        """Return an entry as it is shown."""
        return cls.of(
            shown.entry,
            organisation_name=shown.organisation.name,
            counterparty_name=shown.counterparty.name,
            document=shown.document,
            number=shown.number,
        )


class StatementOut(Resource):
    """What another organisation owes (below 0: is owed) before and after a period."""

    counterparty_id: UUID
    counterparty_code: str = Field(examples=["K0001"])
    counterparty_name: str = Field(examples=["SPPG Bantarjati"])
    opening_idr: int = Field(description="Before the period", examples=[0])
    moved_idr: int = Field(description="In the period", examples=[520_000])
    closing_idr: int = Field(description="After it", examples=[520_000])

    @classmethod
    def showing(cls, statement: Statement) -> StatementOut:
        """Return a statement as it is shown."""
        other = statement.counterparty
        return cls(
            counterparty_id=other.id,
            counterparty_code=other.code,
            counterparty_name=other.name,
            opening_idr=statement.opening_idr,
            moved_idr=statement.moved_idr,
            closing_idr=statement.closing_idr,
        )


class StatementsOut(Resource):
    """One line for everybody whom the organisation dealt with."""

    organisation_id: UUID
    from_date: date = Field(examples=["2026-11-30"])
    to_date: date = Field(examples=["2026-12-13"])
    items: list[StatementOut]
