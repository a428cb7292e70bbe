"""Walk along the whole audit trail and name the first entry at which it was tampered with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.database.queries.audit_chain import count_unsealed, link_before_last, read_head, sealed_entries
from service.domain.audit_chain import ChainReport, ChainWalk, Link
from service.domain.findings import SEALED_WITHIN, Finding, Verdict


async def verify_audit(
    session: AsyncSession, *, now: datetime, anchor: Link | None = None, last: int | None = None
) -> ChainReport:
    """Check every seal, or the last ones, as of the session's snapshot.

    Parameters
    ----------
    session
        In a transaction that sees one instant (REPEATABLE READ).
    now
        The instant from which entries count as waiting for too long.
    anchor
        A link that was written down outside of the database; without one, a chain that was made anew from its
        beginning cannot be told from the true one.
    last
        How many entries from the end of the chain are checked; all of them if none is given.

    Returns
    -------
    ChainReport
        The end of the chain, the first broken link if there is one, and what is suspicious.
    """
    start = None if last is None else await link_before_last(session, last)
    walk = ChainWalk(anchor, start)
    head = await read_head(session)
    async for entry in sealed_entries(session, walk.report.head):
        if not walk.step(entry):
            break
    report = walk.end(head)
    report.unsealed = await count_unsealed(session, now - SEALED_WITHIN)
    return report


def judge_chain(report: ChainReport) -> list[Finding]:
    """Return what a walk along the chain means for the one who keeps the installation."""
    if report.broken:
        where = f"entry {report.broken.sequence}" + (f" ({report.broken.entry_id})" if report.broken.entry_id else "")
        advice = "Keep the database as it is and the newest backup; compare the entry with the backup's."
        return [Finding("audit trail", Verdict.FAULT, f"Tampered with at {where}: {report.broken.what}.", advice)]
    found = []
    if report.unsealed:
        words = f"{report.unsealed} entries wait to be sealed for more than {SEALED_WITHIN.seconds // 60} minutes."
        found.append(Finding("audit trail", Verdict.FAULT, words, "Start a worker."))
    if report.backdated:
        words = f"{report.backdated} entries are older than the seal before them; the first: {report.first_backdated}."
        found.append(Finding("audit trail", Verdict.WARNING, words, "Was a clock wrong, or were they slipped in?"))
    return found or [Finding("audit trail", Verdict.FINE, f"Unbroken up to {report.head}.")]
