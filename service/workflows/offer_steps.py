"""Steps that changes of an offer share: hold it, open one that was checked, take its lots."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from service.database.queries import offers as queries
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import LotAlreadyOffered, NotFound
from service.domain.events import EventType
from service.domain.offers import LotEntry, Offer, OfferEntry, OfferLot, OfferStatus, lot_taken
from service.domain.permissions import Action, require_reach
from service.domain.tables import require_version
from service.workflows.acting import acting


async def hold_offer(work: UnitOfWork, offer_id: UUID, *, expected_version: int) -> Offer:
    """Return an offer for a change, held until the unit ends.

    Raises
    ------
    NotFound
        If there is none, or it is another's.
    StaleVersion
        If it is no longer the version that the caller saw.
    """
    found = await queries.find_offer(work.session, offer_id)
    _require_mine(work, found)
    held = await queries.lock_offer(work.session, offer_id)
    offer = _require_mine(work, held)
    require_version(offer, expected_version)
    return offer


def open_offer(work: UnitOfWork, entry: OfferEntry, *, cooperative_id: UUID, region_code: str) -> Offer:
    """Publish goods that were checked before, without their lots; written when the unit is flushed."""
    offer = Offer(
        id=work.new_id(),
        created_at=work.now,
        region_code=region_code,
        cooperative_id=cooperative_id,
        item_code=entry.item_code,
        status=OfferStatus.OPEN,
        offered_qty=entry.offered_qty,
        min_qty=entry.min_qty,
        price_idr=entry.price_idr,
        cash_bp=entry.cash_bp,
        from_date=entry.from_date,
        to_date=entry.to_date,
        origin_producer=entry.origin_producer,
    )
    work.session.add(offer)
    after = {
        "item_code": offer.item_code,
        "offered_qty": offer.offered_qty,
        "price_idr": offer.price_idr,
        "from_date": offer.from_date.isoformat(),
        "to_date": offer.to_date.isoformat(),
        "lots": [lot.lot_code for lot in entry.lots],
    }
    work.record("offer.published", "offer", offer.id, region_code=offer.region_code, after=after)
    work.announce(
        EventType.OFFER_PUBLISHED,
        entity="offer",
        entity_id=offer.id,
        region_code=offer.region_code,
        concerns=[offer.cooperative_id],
        facts={"item_code": offer.item_code},
    )
    return offer


async def take_lots(work: UnitOfWork, offer: Offer, lots: Iterable[LotEntry]) -> None:
    """Put lots under an offer; each may stand in one open offer only, also when two are published at once.

    Raises
    ------
    LotAlreadyOffered
        Naming the lots and, where it is known, the offers they stand in.
    """
    # In one order for everybody, so that two offers of the same lots cannot wait for each other.
    entries = sorted(lots, key=lambda lot: lot.lot_code)
    taken = await queries.taken_lots(
        work.session,
        cooperative_id=offer.cooperative_id,
        item_code=offer.item_code,
        lot_codes=[lot.lot_code for lot in entries],
        except_offer_id=offer.id,
    )
    if taken:
        raise lot_taken(taken)
    await work.session.flush()
    await queries.delete_lots(work.session, offer.id)
    await write_lots(work, [(offer, lot) for lot in entries])


async def write_lots(work: UnitOfWork, lots: Iterable[tuple[Offer, LotEntry]]) -> None:
    """Write lots that nobody else was seen to offer.

    Raises
    ------
    LotAlreadyOffered
        If another offer took one in the same moment.
    """
    work.session.add_all(_row(work, offer, lot) for offer, lot in lots)
    try:
        await work.session.flush()
    except IntegrityError as error:
        raise _told(error) from error


def _row(work: UnitOfWork, offer: Offer, lot: LotEntry) -> OfferLot:
    return OfferLot(
        id=work.new_id(),
        offer_id=offer.id,
        cooperative_id=offer.cooperative_id,
        item_code=offer.item_code,
        lot_code=lot.lot_code,
        lot_qty=lot.lot_qty,
        expires_date=lot.expires_date,
    )


def _told(error: IntegrityError) -> Exception:
    """Return the trade's refusal where another offer took a lot between the look and the write."""
    if queries.LIVE_LOT_INDEX not in str(error.orig):
        return error
    return LotAlreadyOffered(
        "A lot was offered by another offer in the same moment. The same goods can stand in one open offer only.",
        lots=[],
    )


def _require_mine(work: UnitOfWork, offer: Offer | None) -> Offer:
    if offer is None:
        raise NotFound("No such offer.")
    require_reach(
        acting(work),
        Action.OFFERS_WRITE,
        region_code=offer.region_code,
        organisation_ids=(offer.cooperative_id,),
        what="offer",
    )
    return offer
