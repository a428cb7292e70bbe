"""What becomes of a file that was sent."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from service.api.problems import FaultOut
from service.workflows.file_steps import ImportReport


class RowOut(BaseModel):
    """A row of the file."""

    row: int = Field(description="The number that a spreadsheet shows beside it", examples=[2])
    is_good: bool = Field(examples=[True])
    id: UUID | None = Field(description="What was written; null in a dry run or if the row was refused")
    errors: list[FaultOut] = Field(default_factory=list, description="What is wrong, and what would be valid")


class ImportOut(BaseModel):
    """What became of a file, row by row."""

    dry_run: bool = Field(description="Whether the file was only tried", examples=[True])
    good_rows: int = Field(examples=[1])
    refused_rows: int = Field(examples=[0])
    written_rows: int = Field(examples=[0])
    rows: list[RowOut]

    @classmethod
    def showing(cls, report: ImportReport) -> ImportOut:
        """Return a report as it is shown."""
        rows = [
            RowOut.model_construct(
                row=row.number,
                is_good=not row.faults,
                id=row.written_id,
                errors=[
                    FaultOut.model_construct(field=fault.field, code=fault.code, message=fault.message)
                    for fault in row.faults
                ],
            )
            for row in report.rows
        ]
        return cls.model_construct(
            dry_run=report.is_dry_run,
            good_rows=report.good,
            refused_rows=report.refused,
            written_rows=sum(row.written_id is not None for row in report.rows),
            rows=rows,
        )
