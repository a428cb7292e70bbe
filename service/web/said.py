"""What a page tells at its top after a form had its effect: a word in the address stands for the sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.web.words import marked as _

SAID: Final[Mapping[str, str]] = {
    "logged_out": _("Anda sudah keluar. Data Anda tidak tersimpan di ponsel ini."),
    "saved": _("Tersimpan."),
}
