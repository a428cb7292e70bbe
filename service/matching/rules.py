"""Names of the hard rules and of the cost terms, shared by solver, check, explanation and tests."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """What is allowed; the number is the rule's number in the file format."""

    UNKNOWN_ID = "unknown_id"
    STEP = "step"
    ITEM = "item"
    COVERAGE = "coverage"  # 1
    OFFER_OWNER = "offer_owner"  # 2
    OFFER_DAYS = "offer_days"  # 2
    OFFER_QTY = "offer_qty"  # 2
    OFFER_MINIMUM = "offer_minimum"  # 2
    STOCK_DAYS = "stock_days"  # 3
    PACKS_BOUGHT = "packs_bought"  # 3
    WHOLE_PACK_UNUSED = "whole_pack_unused"  # 3
    STOCK_PACKS = "stock_packs"  # 3
    PRICE_LIMIT = "price_limit"  # 4
    MINIMUM_ORDER = "minimum_order"  # 5
    HANDLING = "handling"  # 6
    COLD = "cold"  # 6
    RADIUS = "radius"  # 6
    CAPITAL = "capital"  # 7
    BUDGET = "budget"  # 8
    DROPS = "drops"  # 9
    FIXED = "fixed"  # 10
    OBJECTIVE = "objective"
    BOUND = "bound"


class Term(StrEnum):
    """What is best: the terms of the total, all in rupiah."""

    SHORTAGE = "shortage"
    GOODS = "goods"
    CARRY = "carry"
    DROPS = "drops"
    LOCALITY = "locality"
    FREIGHT = "freight"
    LEFTOVER = "leftover"
    FAIRNESS = "fairness"
    SHARE = "share"
    SUPPLIERS = "suppliers"
    CHANGE = "change"
    SUBSTITUTION = "substitution"
