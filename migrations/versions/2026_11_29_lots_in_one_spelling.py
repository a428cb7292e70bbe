"""Lots and producers are looked up in one spelling: `l-1` typed on one phone is `L-1` typed on another."""

import sqlalchemy as sa
from alembic import op

revision = "lots_in_one_spelling"
down_revision = "recalls_from_notes"
branch_labels = None
depends_on = None

# As service/domain/lot_names.py says: letters and blanks, and what each counts as.
CAPITALS = "".join(c for c in map(chr, range(ord("A"), 0x180)) if c.lower() != c and len(c.lower()) == 1)
BLANKS = "\t\n\r\x85\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
ALIKE, MEANT = CAPITALS + BLANKS, CAPITALS.lower() + " " * len(BLANKS)
COLUMNS = {"lot_code": "code", "producer": "producer"}


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column, name in COLUMNS.items():
        spelled = f"btrim(regexp_replace(translate({column}, '{ALIKE}', '{MEANT}'), ' +', ' ', 'g'))"
        op.create_index(f"ix_delivery_lot_{name}_spelled", "delivery_lot", [sa.text(spelled)], unique=False)
        # Nothing asks letter by letter any more; the old program traces without it as long as both run, only slower.
        op.drop_index(f"ix_delivery_lot_{name}", table_name="delivery_lot")
    op.execute("ANALYZE delivery_lot")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column, name in COLUMNS.items():
        op.create_index(f"ix_delivery_lot_{name}", "delivery_lot", [column], unique=False)
        op.drop_index(f"ix_delivery_lot_{name}_spelled", table_name="delivery_lot")
