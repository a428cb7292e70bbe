"""New entries of the audit trail become links of its chain."""

from __future__ import annotations

import logging

from service.database.queries.audit_chain import hold_head, unsealed_entries
from service.database.unit_of_work import UnitsOfWork
from service.domain.audit_chain import Link, seal

log = logging.getLogger(__name__)


async def seal_audit(units: UnitsOfWork) -> int:
    """Seal every entry that is committed and was not sealed; return how many there were.

    Each thousand is a unit of its own, which holds the head of the chain: two sealers take turns. An entry whose
    transaction commits late is sealed later. The new head goes to the log, which is kept elsewhere than the database:
    who rewrites the whole chain is found by it.
    """
    sealed = 0
    while True:
        async with units.begin() as work:
            head = await hold_head(work.session)
            count = seal(await unsealed_entries(work.session), head, now=work.now)
        if not count:
            return sealed
        sealed += count
        log.info("audit_sealed", extra={"entries": count, "head": str(Link(head.sequence, head.sha256))})
