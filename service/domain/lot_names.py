"""What tells goods grown or made together from all others, however it is spelled: two people type it on two phones."""

from __future__ import annotations

from typing import Final, NamedTuple

_CAPITALS: Final = "".join(c for c in map(chr, range(ord("A"), 0x180)) if c.lower() != c and len(c.lower()) == 1)
_BLANKS: Final = "\t\n\r\x85\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
SPELLED_ALIKE: Final = (_CAPITALS + _BLANKS, _CAPITALS.lower() + " " * len(_BLANKS))
"""Letters and blanks, and what each counts as. A list of our own: a database folds letters as its locale says."""
_TABLE: Final = str.maketrans(*SPELLED_ALIKE)


def one_spelling(name: str) -> str:
    """Return a lot's code or producer as it is compared: in small letters, without blanks around, single ones within.

    What was typed is kept for people to read. Queries do the same (``database/queries/spellings.py``).
    """
    return " ".join(word for word in name.translate(_TABLE).split(" ") if word)


def spelling_sql(column: str) -> str:
    """Return the same as an expression on a column, for an index on it."""
    alike, meant = SPELLED_ALIKE
    return f"btrim(regexp_replace(translate({column}, '{alike}', '{meant}'), ' +', ' ', 'g'))"


class LotName(NamedTuple):
    """A lot of an item, by who grew or made it."""

    item_code: str
    lot_code: str
    producer: str

    @property
    def in_one_spelling(self) -> LotName:
        """The name as it is compared."""
        return LotName(self.item_code, one_spelling(self.lot_code), one_spelling(self.producer))
