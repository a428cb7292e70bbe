"""Rows that share an instant: every one is read once, page by page, and the last page ends the list."""

import sqlalchemy as sa

from service.domain.people import Role
from tests.factories.things import add_catalogue_things, add_things

ROWS = 10_000
PAGE = 200
COPIED = """
INSERT INTO offer
SELECT (jsonb_populate_record(offer, jsonb_build_object('id', gen_random_uuid()))).*
FROM offer, generate_series(2, :rows) WHERE offer.id = :offer_id
"""


async def test_ten_thousand_offers_of_one_instant_are_each_read_once(client_as, session, world):
    things = await add_catalogue_things(session) | await add_things(session, world)
    await session.execute(sa.text(COPIED), {"rows": ROWS, "offer_id": things["offer_id"].value})
    officer, seen, after = client_as(Role.COOP_OFFICER), [], None
    while len(seen) <= ROWS:
        params = {"limit": PAGE, **({"after": after} if after else {})}
        page = (await officer.get("/offers", params=params)).json()
        seen += [row["id"] for row in page["items"]]
        after = page["next_cursor"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == ROWS
