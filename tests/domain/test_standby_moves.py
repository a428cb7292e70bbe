"""A standby brings goods of its own only while its papers allow it."""

import uuid

import pytest

from service.domain.declines import Blocked
from service.domain.organisations import OrganisationKind
from service.domain.standby_moves import Market, Standby, source_for
from service.domain.standbys import StandbyNeed
from tests.factories.items import new_item
from tests.factories.organisations import new_cooperative, new_document, new_organisation
from tests.factories.plans import WEEK, new_offer

LEAST = 10**9


@pytest.mark.parametrize("has_papers", [True, False])
def test_goods_of_its_own_need_papers(has_papers):
    organisation, item = new_organisation(OrganisationKind.COOPERATIVE), new_item()
    offer = new_offer(organisation, item.code)
    papers = (new_document(organisation),) if has_papers else ()
    standby = Standby(organisation, new_cooperative(organisation), frozenset(), papers, LEAST, LEAST, False)
    need = StandbyNeed(uuid.uuid4(), uuid.uuid4(), None, item.code, WEEK, 40_000, offer.price_idr)
    market = Market([offer], [], dict.fromkeys(Blocked, frozenset()), {})
    source = source_for(standby, need, item, market)
    assert (source and source.offer) == (offer if has_papers else None)
