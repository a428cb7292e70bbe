"""What does a rule cost? In words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.matching.why.rule_costs import PricedRule, RuleCost
from service.matching.why.sentences.wording import NO_NAMES, Language, counted, named, number, percent, rupiah

if TYPE_CHECKING:
    from collections.abc import Mapping

_RULES: Final = {
    Language.INDONESIAN: {
        PricedRule.LOCALITY: "Mengutamakan koperasi terdekat",
        PricedRule.FAIRNESS: "Membagi nilai secara adil antar koperasi",
        PricedRule.SUPPLIERS: "Mensyaratkan jumlah pemasok minimum per dapur",
        PricedRule.SHARE: "Membatasi porsi satu koperasi di satu dapur",
        PricedRule.DROPS: "Membatasi jumlah pengantaran per dapur per hari",
        PricedRule.PRICE_CAP: "Batas harga {item}",
    },
    Language.ENGLISH: {
        PricedRule.LOCALITY: "Preferring nearby cooperatives",
        PricedRule.FAIRNESS: "Sharing value fairly among cooperatives",
        PricedRule.SUPPLIERS: "Asking for a least number of suppliers per kitchen",
        PricedRule.SHARE: "Limiting one cooperative's share at a kitchen",
        PricedRule.DROPS: "Limiting deliveries per kitchen and day",
        PricedRule.PRICE_CAP: "The price limit of {item}",
    },
}


def sentences(answer: RuleCost, language: Language, names: Mapping[str, str] = NO_NAMES) -> tuple[str, ...]:
    """Say what a rule costs, how sure that is, and what would be different without it.

    Parameters
    ----------
    answer
        The answer.
    language
        Of the sentences.
    names
        What people call items, by id.

    Returns
    -------
    tuple[str, ...]
        One sentence for a rule that nothing runs into.
    """
    rule = _RULES[language][answer.asked.rule].format(item=named(answer.asked.item, names))
    speak = _in_indonesian if language is Language.INDONESIAN else _in_english
    return speak(answer, rule)


def _in_indonesian(answer: RuleCost, rule: str) -> tuple[str, ...]:
    language = Language.INDONESIAN
    if not answer.is_binding:
        return (f"{rule} tidak menambah biaya minggu ini.",)
    lower, upper = rupiah(answer.lower_idr, language), rupiah(answer.upper_idr, language)
    cost = f"menambah biaya {lower}" if lower == upper else f"menambah biaya antara {lower} dan {upper}"
    plan, without = answer.plan, answer.without
    return (
        f"{rule} {cost}.",
        f"Rencana pembanding tanpa aturan ini paling jauh {percent(answer.gap, language)} di atas yang termurah.",
        (
            f"Tanpa aturan ini: {percent(without.fill_share, language)} kebutuhan terpenuhi "
            f"(sekarang {percent(plan.fill_share, language)}), "
            f"{percent(without.local_value_share, language)} belanja di kecamatan "
            f"(sekarang {percent(plan.local_value_share, language)}), "
            f"{number(without.drops, language)} pengantaran (sekarang {number(plan.drops, language)})."
        ),
    )


def _in_english(answer: RuleCost, rule: str) -> tuple[str, ...]:
    language = Language.ENGLISH
    if not answer.is_binding:
        return (f"{rule} adds no cost this week.",)
    lower, upper = rupiah(answer.lower_idr, language), rupiah(answer.upper_idr, language)
    cost = f"adds {lower}" if lower == upper else f"adds between {lower} and {upper}"
    plan, without = answer.plan, answer.without
    return (
        f"{rule} {cost}.",
        f"It is compared with a plan without this rule, within {percent(answer.gap, language)} of the cheapest.",
        (
            f"Without it: {percent(without.fill_share, language)} of the need covered "
            f"(now {percent(plan.fill_share, language)}), "
            f"{percent(without.local_value_share, language)} spent in the district "
            f"(now {percent(plan.local_value_share, language)}), "
            f"{counted(without.drops, 'delivery', 'deliveries')} (now {number(plan.drops, language)})."
        ),
    )
