"""Answers over HTTP: typed, in two languages, to those whose lines and goods they are about."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest

from service.api.options import open_desk
from service.api.schemas.answers import ChosenLineOut, ShortLineOut, SourceAnswerOut
from service.api.schemas.plan_answers import PlanChangesOut, RuleCostOut, WorthOut
from service.domain.forecasts import ForecastLine
from service.domain.offers import Offer
from service.domain.people import Role
from service.domain.plan_answers import AnswerStatus, Question
from service.domain.plans import Allocation, Plan, PlanStatus
from service.domain.policies import Policy
from service.domain.runs import MatchingRun, RunPlan, RunProblem
from service.domain.stocks import Stock
from service.matching.errors import AnswerFailed
from service.matching.greedy import greedy
from service.matching.questions import PlanFiles, QuestionKind, answer_here
from service.matching.questions import Question as PlanQuestion
from service.matching.writer import write_plan
from service.workflows.plan_files import plan_file
from service.workflows.problem_file import problem_file, unpacked
from tests.factories.explained import explained_problem, new_allocation, new_plan_answer, solved_files
from tests.factories.items import new_item
from tests.factories.plans import WEEK, new_forecast, new_forecast_line, new_offer, new_plan, new_run, new_stock
from tests.factories.snapshots import full_policy

CITY = {Role.CITY_OPERATOR, Role.FOOD_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR}
KITCHEN = {Role.KITCHEN_HEAD, Role.KITCHEN_ACCOUNTANT, Role.FIELD_ASSISTANT}


@dataclass
class Asked:
    """A published plan in the world: 25 of 40 kg from the offer; the stock is too dear."""

    plan: Plan
    line: ForecastLine
    offer: Offer
    stock: Stock
    allocation: Allocation
    run: MatchingRun

    def __post_init__(self):
        plan = f"/plans/{self.plan.id}"
        self.short = f"{plan}/shortages/{self.line.id}/why"
        self.chosen = f"{plan}/lines/{self.allocation.id}/why"
        self.of_offer = f"{plan}/offers/{self.offer.id}/why"
        self.of_stock = f"{plan}/stocks/{self.stock.id}/why"
        self.changes = f"{plan}/changes?from={self.plan.id}"
        self.worth = f"{plan}/worth"
        self.rule_costs = f"{plan}/rule-costs"
        self.sources = f"{plan}/source-answers"


@pytest.fixture
async def asked(session, world):
    policy = full_policy()
    session.add_all([policy, new_item()])
    await session.flush()
    run, forecast = new_run(policy), new_forecast(world.kitchen)
    offer, stock = new_offer(world.cooperative), new_stock(world.wholesaler)
    session.add_all([run, forecast, offer, stock])
    await session.flush()
    plan, line = new_plan(run, status=PlanStatus.PUBLISHED), new_forecast_line(forecast)
    session.add_all([plan, line])
    await session.flush()
    allocation = new_allocation(plan, line, offer, world.kitchen.id)
    problem = explained_problem(world, line, offer, stock)
    session.add_all([allocation, *solved_files(run, problem, greedy(problem))])
    await session.flush()
    return Asked(plan, line, offer, stock, allocation, run)


async def got(client, path, **options):
    response = await client.get(path, **options)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_kitchen_hears_why_its_line_is_short(client_as, asked, world):
    body = await got(client_as(Role.KITCHEN_HEAD), asked.short)
    assert (body["kitchen"], body["qty"], body["short_qty"]) == (world.kitchen.code, 40_000, 15_000)
    assert {reason["code"] for reason in body["reasons"]} == {"stock_used_up", "price_above_limit"}
    assert body["helps"]
    assert all(one["recovered_qty"] > 0 for one in body["helps"])
    assert any("15 kg" in sentence for sentence in body["sentences"])


async def test_sentences_are_in_the_language_asked_for_else_the_browsers_else_indonesian(client_as, asked, world):
    client = client_as(Role.CITY_OPERATOR)
    plain = await client.get(asked.short)
    assert plain.headers["Content-Language"] == "id"
    assert "Accept-Language" in plain.headers["Vary"]
    assert f"{world.kitchen.name} kekurangan" in plain.json()["sentences"][0]
    english = await client.get(asked.short, headers={"Accept-Language": "fr, en-GB;q=0.8, id;q=0.2"})
    assert english.headers["Content-Language"] == "en"
    assert f"{world.kitchen.name} is" in english.json()["sentences"][0]
    named = await client.get(asked.short, params={"language": "id"}, headers={"Accept-Language": "en"})
    assert named.json() == plain.json()
    odd = await client.get(asked.short, headers={"Accept-Language": "en;q=odd,,"})
    assert odd.headers["Content-Language"] == "id"
    assert (await client.get(asked.short, params={"language": "fr"})).status_code == 422


async def test_a_kitchen_hears_why_this_cooperative(client_as, asked, world):
    body = await got(client_as(Role.KITCHEN_ACCOUNTANT), asked.chosen)
    assert (body["cooperative"], body["qty"], body["source"]) == (world.cooperative.code, 25_000, str(asked.offer.id))
    for other in body["alternatives"]:
        assert sum(other["terms_idr"].values()) == pytest.approx(other["difference_idr"], abs=1)
    assert body["sentences"]


@pytest.mark.parametrize(
    ("role", "name", "outcome"), [(Role.COOP_OFFICER, "of_offer", "won"), (Role.WHOLESALER, "of_stock", "lost")]
)
async def test_a_seller_hears_what_became_of_its_goods(client_as, asked, role, name, outcome):
    body = await got(client_as(role), getattr(asked, name))
    assert body["outcome"] == outcome
    assert body["sentences"]
    assert all(winner["price_idr"] is None for winner in body["winners"])


async def test_a_loser_is_told_the_winners_and_the_price_at_which_it_would_win_but_not_theirs(client_as, asked, world):
    member = await got(client_as(Role.WHOLESALER), asked.of_stock)
    city = await got(client_as(Role.CITY_OPERATOR), asked.of_stock)
    assert member["reason"] == city["reason"] == "price"
    assert member["first_lot"] == city["first_lot"]
    assert member["first_lot"]["price_idr"] <= 150_000 < asked.stock.price_idr
    assert [winner["price_idr"] for winner in member["winners"]] == [None] * len(city["winners"])
    assert all(winner["price_idr"] for winner in city["winners"])
    assert f"Stok {world.wholesaler.name}" in member["sentences"][0]
    assert any("Rp 10.000/kg" in sentence for sentence in city["sentences"])
    assert not any("Rp 10.000/kg" in sentence for sentence in member["sentences"])
    assert {winner["cooperative"] for winner in city["winners"]} <= {world.cooperative.code}


async def test_changes_and_worth_are_for_the_city(client_as, asked):
    client = client_as(Role.AUDITOR)
    changes = await got(client, asked.changes)
    assert (changes["difference_idr"], changes["lines"]) == (0, [])
    assert sum(cause["total_idr"] for cause in changes["causes"]) == 0
    worth = await got(client, asked.worth)
    assert worth["plan"]["total_idr"] == worth["others"][0]["total_idr"]  # it is the clerk's own plan
    assert worth["others"][0]["way"] == "greedy"
    assert worth["others"][0]["saved_idr"] == 0


async def test_plans_of_different_weeks_are_not_compared(client_as, session, asked):
    run = new_run(await session.get_one(Policy, asked.run.policy_id), WEEK + timedelta(days=7))
    session.add(run)
    await session.flush()
    other = new_plan(run)
    session.add(other)
    await session.flush()
    refused = await client_as(Role.AUDITOR).get(f"/plans/{asked.plan.id}/changes?from={other.id}")
    [fault] = refused.json()["errors"]
    assert (refused.status_code, fault["field"], fault["code"]) == (422, "from", "another_week")


async def test_every_field_of_an_answer_is_shown_and_described(asked, world):
    """The schemas are written apart from the answers: a new field of one must not be lost."""
    problem = explained_problem(world, asked.line, asked.offer, asked.stock)
    parts = problem_file(problem).content, unpacked(plan_file(asked.run.id, greedy(problem)).content_gzip)
    line = {"demand": str(asked.line.id), "source": str(asked.offer.id), "cooperative": world.cooperative.code}
    files = PlanFiles(*parts)
    for kind, schema in (
        (QuestionKind.SHORT_LINE, ShortLineOut),
        (QuestionKind.CHOSEN_LINE, ChosenLineOut),
        (QuestionKind.SOURCE, SourceAnswerOut),
        (QuestionKind.CHANGES, PlanChangesOut),
        (QuestionKind.WORTH, WorthOut),
        (QuestionKind.RULE_COSTS, RuleCostOut),
    ):
        fields = {**line, "source": str(asked.stock.id)} if kind is QuestionKind.SOURCE else line
        found = await answer_here(PlanQuestion(kind, files, earlier=files, seconds=1, **fields))
        for answer in found.answer if isinstance(found.answer, list) else [found.answer]:
            shown = schema.model_validate({**answer, "sentences": []}).model_dump(mode="json")
            assert {**shown, "sentences": []} == {**answer, "sentences": []}


@pytest.mark.parametrize("role", Role)
async def test_who_may_ask_what(client_as, asked, role):
    client = client_as(role)
    allowed = {
        "short": CITY | KITCHEN,
        "chosen": CITY | KITCHEN,
        "of_offer": CITY | {Role.COOP_OFFICER},
        "of_stock": CITY | {Role.WHOLESALER},
        "changes": CITY,
        "worth": CITY,
    }
    for name, roles in allowed.items():
        response = await client.get(getattr(asked, name))
        assert response.status_code == (200 if role in roles else 403), (name, response.text)
    for path in (asked.rule_costs, asked.sources):
        response = await client.post(path)
        assert response.status_code == (202 if role is Role.CITY_OPERATOR else 403)


async def test_members_do_not_ask_about_proposals_nor_about_what_is_anothers(client_as, session, asked, world):
    others = [new_offer(world.cooperative), new_stock(world.wholesaler)]
    session.add_all(others)
    await session.flush()
    for role, path in (
        (Role.COOP_OFFICER, f"/plans/{asked.plan.id}/offers/{others[0].id}/why"),
        (Role.WHOLESALER, f"/plans/{asked.plan.id}/stocks/{others[1].id}/why"),
        (Role.KITCHEN_HEAD, f"/plans/{asked.plan.id}/shortages/{uuid.uuid4()}/why"),
        (Role.KITCHEN_HEAD, f"/plans/{asked.plan.id}/lines/{uuid.uuid4()}/why"),
    ):
        response = await client_as(role).get(path)
        assert (response.status_code, response.json()["code"]) == (404, "not_found"), path
    asked.plan.status = PlanStatus.PROPOSED
    await session.flush()
    for role, path in (
        (Role.COOP_OFFICER, asked.of_offer),
        (Role.WHOLESALER, asked.of_stock),
        (Role.KITCHEN_HEAD, asked.short),
        (Role.KITCHEN_HEAD, asked.chosen),
    ):
        assert (await client_as(role).get(path)).status_code == 404
    assert (await client_as(Role.CITY_OPERATOR).get(asked.short)).status_code == 200


async def test_goods_that_rules_kept_out_are_told_why(client_as, session, asked, world):
    other = new_offer(world.cooperative)
    session.add(other)
    file = await session.get_one(RunProblem, asked.run.id)
    row = {"kind": "offer", "source": str(other.id), "reason": "document_missing", "detail": "halal", "dates": []}
    file.excluded = [row, {**row, "source": str(asked.offer.id), "dates": ["2026-12-01"]}]
    await session.flush()
    client = client_as(Role.COOP_OFFICER)
    response = await client.get(f"/plans/{asked.plan.id}/offers/{other.id}/why")
    assert (response.status_code, response.json()["code"]) == (409, "kept_out")
    assert response.json()["reasons"] == [{"reason": "document_missing", "detail": "halal", "dates": []}]
    assert (await got(client, asked.of_offer))["outcome"] == "won"  # out on one day only


async def test_a_plan_older_than_plan_files_says_so(client_as, session, asked):
    await session.delete(await session.get_one(RunPlan, asked.run.id))
    await session.flush()
    client = client_as(Role.CITY_OPERATOR)
    for path in (asked.short, asked.worth, asked.changes, f"/plans/{asked.plan.id}/file"):
        response = await client.get(path)
        assert (response.status_code, response.json()["code"]) == (409, "no_plan_file")
    assert (await client.post(asked.rule_costs)).json()["code"] == "no_plan_file"


async def test_the_plans_file_can_be_fetched(client_as, asked, world):
    body = await got(client_as(Role.AUDITOR), f"/plans/{asked.plan.id}/file")
    expected = write_plan(greedy(explained_problem(world, asked.line, asked.offer, asked.stock)))
    assert body["allocations"] == expected["allocations"]


async def test_a_long_question_is_asked_once_and_read_when_it_is_answered(client_as, session, asked):
    client = client_as(Role.CITY_OPERATOR)
    missing = await client.get(asked.rule_costs)
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    first, second = await client.post(asked.rule_costs), await client.post(asked.rule_costs)
    assert first.headers["Location"] == f"/api/v1{asked.rule_costs}"
    assert first.json() == second.json()
    assert first.json()["status"] == "waiting"
    waiting = await got(client, asked.rule_costs)
    assert (waiting["status"], waiting["answers"]) == ("waiting", [])


async def test_kept_source_answers_come_in_pages_by_outcome(client_as, session, asked):
    client = client_as(Role.CITY_OPERATOR)
    one = await got(client, asked.of_offer)
    said = {"id": ["Menang."], "en": ["Won."]}
    rows = [{**one, "outcome": outcome, "reason": None, "sentences": said} for outcome in ("won", "lost", "lost")]
    fields = {"status": AnswerStatus.ANSWERED, "content": {"answers": rows}}
    session.add(new_plan_answer(asked.plan, Question.SOURCES, **fields))
    await session.flush()
    first = await got(client, asked.sources, params={"outcome": "lost", "limit": 1, "language": "en"})
    assert (first["status"], [row["sentences"] for row in first["items"]]) == ("answered", [["Won."]])
    rest = await got(client, asked.sources, params={"outcome": "lost", "after": first["next_cursor"]})
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    assert rest["items"][0]["sentences"] == ["Menang."]


async def test_no_answer_in_time_is_said_to_be_tried_again(client_as, app, asked):
    async def late(question: PlanQuestion, *, within_s: float | None):
        assert question.kind is QuestionKind.WORTH
        raise AnswerFailed("No answer within 30 s; ask again.")

    open_desk(app, late)
    response = await client_as(Role.CITY_OPERATOR).get(asked.worth)
    assert (response.status_code, response.json()["code"]) == (503, "answer_unavailable")
    assert response.headers["Retry-After"]
