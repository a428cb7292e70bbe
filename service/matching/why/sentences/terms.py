"""What people call the terms of a plan's cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.matching.rules import Term
from service.matching.why.sentences.wording import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

_TERMS: Final[Mapping[Term, tuple[str, str]]] = {
    Term.SHORTAGE: ("kekurangan bahan", "missing goods"),
    Term.GOODS: ("harga barang", "goods"),
    Term.CARRY: ("ongkos angkut", "transport to the kitchen"),
    Term.DROPS: ("pengantaran", "deliveries"),
    Term.LOCALITY: ("asal barang yang lebih jauh", "goods from further away"),
    Term.FREIGHT: ("ongkos dari grosir", "freight from the wholesaler"),
    Term.LEFTOVER: ("sisa kemasan", "left-over packs"),
    Term.FAIRNESS: ("pemerataan antarkoperasi", "fair shares among cooperatives"),
    Term.SHARE: ("ketergantungan pada satu koperasi", "dependence on one cooperative"),
    Term.SUPPLIERS: ("jumlah pemasok yang kurang", "too few suppliers"),
    Term.CHANGE: ("perubahan dari rencana sebelumnya", "changes to the plan before"),
    Term.SUBSTITUTION: ("barang pengganti", "substitutes"),
}
"""Indonesian and English."""


def term_name(term: Term, language: Language) -> str:
    """Name a term of the cost in plain words."""
    return _TERMS[term][0 if language is Language.INDONESIAN else 1]
