"""The words for codes that lists hold as plain texts and numbers, by the name of their field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.domain.items import NeedClass
from service.matching.rules import Term
from service.matching.why.reasons import ReasonCode
from service.words.fall_words import FALLS
from service.words.office_words import DOCUMENTS
from service.words.plan_words import KEPT_OUT, RUN_FAILURES, SOLVES
from service.words.spoken import SPOKEN
from service.words.weekdays import DAYS

_KEPT_OUT_KINDS: Final = {
    "demand": "kebutuhan",
    "cooperative": "koperasi",
    "offer": "penawaran",
    "stock": "stok",
}
_FALLS: Final = {code: sentence.rstrip(".") for code, sentence in FALLS.items()}
CODES: Final[Mapping[str, Mapping[Any, str]]] = {
    "code": {**_FALLS, **SPOKEN[ReasonCode]},
    "cost_difference_idr": SPOKEN[Term],
    "cost_idr": SPOKEN[Term],
    "cut_off_weekday": dict(enumerate(DAYS)),
    "detail": DOCUMENTS,
    "failure_code": RUN_FAILURES,
    "kind": _KEPT_OUT_KINDS,
    "reason": KEPT_OUT,
    "required_documents": DOCUMENTS,
    "service_weekdays": dict(enumerate(DAYS)),
    "shortage_factor_bp": SPOKEN[NeedClass],
    "solver_status": SOLVES,
}
"""What is none of these is free text, and stays as it is."""
