"""Answers a question: reads the files, asks the module whose question it is, returns plain values and sentences."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from service.matching.errors import UnknownPart
from service.matching.held_stocks import held_source
from service.matching.plan import Plan
from service.matching.problem import Problem
from service.matching.questions import Answered, PlanFiles, Question, QuestionKind
from service.matching.reader import checked_plan, checked_problem
from service.matching.why.chosen_line import explain_chosen_line
from service.matching.why.habit import PastLine
from service.matching.why.local import Locality
from service.matching.why.lost_source import LostSource, LostSources, explain_lost_sources
from service.matching.why.plan_changes import explain_plan_changes
from service.matching.why.sentences import chosen_line, lost_source, plan_changes, short_line, worth
from service.matching.why.sentences.wording import Language
from service.matching.why.short_line import explain_short_line
from service.matching.why.whole_stocks import with_whole_stocks
from service.matching.why.worth import Worth, explain_worth

if TYPE_CHECKING:
    from service.matching.why.rule_costs import RuleCost

MOST_REMEMBERED: Final = 3
"""Prepared plans that are kept: a city's takes tens of megabytes."""

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})

_SOURCE_WORDS: Final = {
    Language.INDONESIAN: ("Penawaran {}", "Stok {}"),
    Language.ENGLISH: ("{}'s offer", "{}'s stock"),
}


@dataclass(slots=True)
class Prepared:
    """A problem and its plan, read, and made ready for many questions once the first needs it."""

    problem: Problem
    plan: Plan
    made_ready: Locality | None = None
    market: LostSources | None = None

    @property
    def locality(self) -> Locality:
        """The prepared plan for questions about few lines."""
        if self.made_ready is None:
            self.made_ready = Locality(self.problem, self.plan)
        return self.made_ready

    @property
    def sources(self) -> LostSources:
        """The prepared market for questions about offers and stocks."""
        if self.market is None:
            self.market = LostSources(self.problem, self.plan)
        return self.market


_prepared: OrderedDict[str, Prepared] = OrderedDict()


def answer(question: Question) -> Answered:
    """Answer a question about a plan.

    Parameters
    ----------
    question
        What is asked, with the files.

    Returns
    -------
    Answered
        Plain values, and sentences in every language.

    Raises
    ------
    UnknownPart
        If the question names something that is not there.
    """
    prepared = prepare(question.files)
    try:
        return _ANSWERS[question.kind](question, prepared)
    except KeyError as error:
        raise UnknownPart(f"The plan has no such part: {error.args[0]!r}.") from error


def prepare(files: PlanFiles) -> Prepared:
    """Read both files, which were found without faults before, or take them from the last ones read."""
    key = sha256(files.problem).hexdigest() + sha256(files.plan).hexdigest()
    if key in _prepared:
        _prepared.move_to_end(key)
        return _prepared[key]
    prepared = _prepared[key] = Prepared(checked_problem(files.problem), checked_plan(files.plan))
    while len(_prepared) > MOST_REMEMBERED:
        _prepared.popitem(last=False)
    return prepared


def plain(value: Any, **more: object) -> Any:  # noqa: ANN401  (any part of an answer)
    """Return an answer as JSON values; ``more`` are computed fields of it."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if is_dataclass(kind):
        parts = {name: plain(getattr(value, name)) for name in _field_names(kind)}
        return parts | {name: plain(entry) for name, entry in more.items()}
    if isinstance(value, dict):
        return {str(plain(key)): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value.value if isinstance(value, Enum) else value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


Say = Callable[[Language, Mapping[str, str]], Iterable[str]]


def _said(question: Question, prepared: Prepared, say: Say) -> dict[str, list[str]]:
    return {language.value: list(say(language, _names(question, prepared, language))) for language in Language}


def _names(question: Question, prepared: Prepared, language: Language) -> Mapping[str, str]:
    """Return what people call things; offers and stocks are called by their owners where these have names."""
    names = question.names.get(language.value, {})
    words = _SOURCE_WORDS[language]
    offers = {
        offer.id: words[0].format(names.get(offer.cooperative, offer.cooperative))
        for offer in prepared.problem.offers
        if names
    }
    stocks = {
        stock.id: words[1].format(names.get(stock.wholesaler, stock.wholesaler))
        for stock in prepared.problem.stocks
        if names
    }
    return {**offers, **stocks, **names}


def _short_line(question: Question, prepared: Prepared) -> Answered:
    found = explain_short_line(prepared.problem, prepared.plan, question.demand, locality=prepared.locality)
    return Answered(
        plain(found), _said(question, prepared, lambda language, names: short_line.sentences(found, language, names))
    )


def _chosen_line(question: Question, prepared: Prepared) -> Answered:
    way = (question.demand, _source_of(question, prepared.plan), question.cooperative)
    found = explain_chosen_line(prepared.problem, prepared.plan, way, locality=prepared.locality)
    said = _said(question, prepared, lambda language, names: chosen_line.sentences(found, language, names))
    return Answered(plain(found, is_cheapest=found.is_cheapest), said)


def _source_of(question: Question, plan: Plan) -> str:
    """Return where a delivery comes from: of packs the stock if some of it is new, else what orders hold of it."""
    asked = (question.demand, question.cooperative)
    ways = {line.source for line in plan.allocations if (line.demand, line.cooperative) == asked}
    held = held_source(question.source, question.cooperative)
    return held if held in ways and question.source not in ways else question.source


def _source(question: Question, prepared: Prepared) -> Answered:
    found = prepared.sources.explain(question.source)
    answer = plain(found)
    if not question.sees_prices:
        answer["winners"] = [{**winner, "price_idr": None} for winner in answer["winners"]]
    return Answered(answer, _source_said(question, prepared, found))


def _sources(question: Question, prepared: Prepared) -> Answered:
    found = explain_lost_sources(prepared.problem, prepared.plan)
    return Answered([{**plain(one), "sentences": _source_said(question, prepared, one)} for one in found], {})


def _source_said(question: Question, prepared: Prepared, found: LostSource) -> dict[str, list[str]]:
    def say(language: Language, names: Mapping[str, str]) -> Iterable[str]:
        return lost_source.sentences(found, language, names, with_prices=question.sees_prices)

    return _said(question, prepared, say)


def _changes(question: Question, prepared: Prepared) -> Answered:
    if question.earlier is None:
        raise KeyError("earlier")
    earlier = prepare(question.earlier)
    now, before = with_whole_stocks((prepared.problem, prepared.plan), (earlier.problem, earlier.plan))
    found = explain_plan_changes(*now, earlier_problem=before[0], earlier_plan=before[1])
    causes = [plain(cause, total_idr=cause.total_idr) for cause in found.causes]
    said = _said(question, prepared, lambda language, names: plan_changes.sentences(found, language, names))
    return Answered(plain(found, difference_idr=found.difference_idr, causes=causes), said)


def _worth(question: Question, prepared: Prepared) -> Answered:
    found = explain_worth(prepared.problem, prepared.plan, tuple(PastLine(*line) for line in question.past))
    return Answered(
        _compared(found), _said(question, prepared, lambda language, names: worth.sentences(found, language, names))
    )


def _compared(found: Worth) -> dict[str, Any]:
    others = [
        plain(way, saved_idr=found.saved_idr(way), saved_by_term_idr=found.saved_by_term_idr(way))
        for way in found.others
    ]
    return {"plan": plain(found.plan), "others": others}


def _rule_costs(question: Question, prepared: Prepared) -> Answered:
    # The whole search takes as long to load as all the rest, and no single answer needs it.
    from service.matching.solve import Limits
    from service.matching.why.rule_costs import explain_rule_costs
    from service.matching.why.sentences import rule_costs

    def told(cost: RuleCost) -> dict[str, Any]:
        said = _said(question, prepared, lambda language, names: rule_costs.sentences(cost, language, names))
        found: dict[str, Any] = plain(cost, lower_idr=cost.lower_idr, upper_idr=cost.upper_idr, gap=cost.gap)
        return found | {"sentences": said}

    costs = explain_rule_costs(prepared.problem, prepared.plan, Limits(time_limit_s=question.seconds))
    return Answered([told(cost) for cost in costs], {})


_ANSWERS: Final[dict[QuestionKind, Callable[[Question, Prepared], Answered]]] = {
    QuestionKind.SHORT_LINE: _short_line,
    QuestionKind.CHOSEN_LINE: _chosen_line,
    QuestionKind.SOURCE: _source,
    QuestionKind.SOURCES: _sources,
    QuestionKind.CHANGES: _changes,
    QuestionKind.WORTH: _worth,
    QuestionKind.RULE_COSTS: _rule_costs,
}
