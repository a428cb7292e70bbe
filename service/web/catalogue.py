"""Every word of the pages, and which of them a language still lacks: `python -m service.web.catalogue kitchen`.

The Indonesian words stand in the templates and, marked, in Python; a language's folder holds them with their
translation, in as many files as there are groups of pages. The command adds what is missing to one of these files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from service.matching.why.sentences.wording import Language
from service.web.templating import CATALOGUES, HERE, catalogue

_PLACES: Final = (HERE, HERE.parent / "words")
_METHODS: Final = [("templates/**.html", "jinja2"), ("**.py", "python")]
_OPTIONS: Final = {"templates/**.html": {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "trimmed": "true"}}


def words_of_pages() -> Iterator[str]:
    """Yield what the pages say, in Indonesian."""
    for place in _PLACES:
        for _file, _line, found, _comments, _context in extract_from_dir(place, _METHODS, _OPTIONS):
            yield from (found,) if isinstance(found, str) else found


def missing_words(language: Language) -> list[str]:
    """Return what a language has no words for yet."""
    known = catalogue(language)
    return sorted({words for words in words_of_pages() if words not in known})


def idle_words(language: Language) -> list[str]:
    """Return what a language has words for and no page says any more."""
    return sorted(set(catalogue(language)) - set(words_of_pages()))


def add_missing(file: Path, language: Language) -> int:
    """Add what is missing to a file, for a person to fill in, and take out what no page says; return how many lack."""
    held = Catalog(locale=language.value, project="Pasok", fuzzy=False)
    if file.exists():
        with file.open("rb") as read:
            held = read_po(read, locale=language.value)
    for words in idle_words(language):
        held.delete(words)
    lacking = missing_words(language)
    for words in lacking:
        held.add(words)
    with file.open("wb") as write:
        write_po(write, held, omit_header=True, no_location=True, sort_output=True, width=120)
    return len(lacking)


if __name__ == "__main__":
    target = CATALOGUES / Language.ENGLISH.value / f"{sys.argv[1]}.po"
    print(f"{add_missing(target, Language.ENGLISH)} to fill in: {target}")  # noqa: T201 (a command)
