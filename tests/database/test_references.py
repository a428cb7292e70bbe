"""Who deletes a row need not read whole tables to learn that nothing names it any more."""

import sqlalchemy as sa

UNINDEXED = """
    SELECT named.confrelid::regclass::text, named.conrelid::regclass || '.' || field.attname
    FROM pg_constraint AS named
    JOIN pg_attribute AS field ON field.attrelid = named.conrelid AND field.attnum = named.conkey[1]
    WHERE named.contype = 'f' AND named.connamespace = 'public'::regnamespace
        AND NOT EXISTS (
            SELECT FROM pg_index AS one
            WHERE one.indrelid = named.conrelid AND one.indpred IS NULL AND one.indkey[0] = named.conkey[1])
    ORDER BY 1, 2"""

NEVER_DELETED = {
    *("app_user", "cooperative", "item", "kitchen", "organisation", "policy", "recipe", "region"),
    *("offer", "order_line", "procrastinate_workers", "stock"),
}
"""Members, goods and what was promised stay for good; a process that ended leaves the queue by the minute."""


async def test_what_may_be_deleted_is_named_under_an_index(work):
    found = (await work.session.execute(sa.text(UNINDEXED))).all()
    slow = [f"{column} names {table}" for table, column in found if table not in NEVER_DELETED]
    assert not slow, f"deleting reads each of these tables whole: {slow}"


async def test_none_is_left_out_for_nothing(work):
    found = {table for table, _ in (await work.session.execute(sa.text(UNINDEXED))).all()}
    assert found == NEVER_DELETED
