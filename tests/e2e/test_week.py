"""A town lives a week over real HTTP, from log-in to answered orders, and is refused what it may not do."""

import json
import uuid
from datetime import date, timedelta
from pathlib import Path

import httpx

from service.demo.refused_attempts import REFUSED_ATTEMPTS
from tests.e2e.books import wrong_books
from tests.e2e.people import Cast, Json, Person, everybody, if_match, refused, until
from tests.e2e.servers import Server, pasok
from tests.e2e.towns import Town

SEED = 7
LIMITS = {"seed": SEED, "time_limit_s": 30}
RICE_HET_IDR = 14_900
EGG_HAP_IDR = 30_000
SOLVED_WITHIN_S = 60


def test_a_town_lives_a_week_from_log_in_to_answered_orders(town: Town, server: Server, tmp_path: Path) -> None:
    with everybody(server.address) as cast:
        correct_after_the_cut_off(cast.kitchen, town.late_week)
        post_demand(cast.kitchen, town.open_week)
        see_no_other_kitchen(cast)
        keep_to_the_price_caps(cast, town.open_week)
        publish_goods_once(cast.cooperative, town.open_week)
        plan = match(cast, town.open_week)
        solve_again_from_the_file(cast.city, plan, tmp_path)
        publish(cast, plan)
        answer(cast, town.open_week)
        look_back(cast)
    assert wrong_books(town.database_url) == []


# ---- demand


def line(item_code: str, day: date, qty: int) -> Json:
    return {"item_code": item_code, "needed_date": day.isoformat(), "demanded_qty": qty}


def correct_after_the_cut_off(kitchen: Person, week: date) -> None:
    entry = {"lines": [line("RICE-P", week, 300_000), line("EGG", week + timedelta(days=1), 90_000)]}
    draft = kitchen.done("/forecasts", {"week_start": week.isoformat(), **entry})
    path = f"/forecasts/{draft['id']}"
    late = refused(kitchen.post(f"{path}/submit", headers=if_match(draft["version"])), 409, "after_cut_off")
    assert "12:00 WIB" in late["detail"]
    assert late["cut_off_at"] == f"{week - timedelta(days=4)}T05:00:00+00:00"
    reason = "Two schools begin a day later."
    corrected = kitchen.done(f"{path}/corrections", {**entry, "reason": reason}, version=draft["version"])
    assert (corrected["status"], corrected["is_correction"]) == ("submitted", True)
    kept = {each["revision"]: each["status"] for each in kitchen.every(f"/forecasts/{corrected['id']}/revisions")}
    assert kept == {1: "superseded", 2: "withdrawn", 3: "submitted"}


def post_demand(kitchen: Person, week: date) -> None:
    for attempt in (each for each in REFUSED_ATTEMPTS if each.entry == "forecast_line"):
        body = {"week_start": week.isoformat(), "lines": [line(attempt.item_code, week, attempt.qty)]}
        problem = refused(kitchen.post("/forecasts", json=body), 422, attempt.error_code)
        assert "households" in problem["reason"]
        assert problem["source"]
    copied = kitchen.done("/forecasts/copy", {"week_start": week.isoformat()})
    assert {each["needed_date"] for each in copied["lines"]} == {str(week), str(week + timedelta(days=1))}
    path = f"/forecasts/{copied['id']}"
    changed = spend_too_much(kitchen, path, copied["version"], week)
    menu = menu_of(kitchen, week)
    refused(kitchen.put(f"{path}/menu", json=menu), 428, "if_match_missing")
    stale = kitchen.put(f"{path}/menu", json=menu, headers=if_match(copied["version"]))
    assert refused(stale, 412, "stale_version")["current"] == changed["version"]
    typed = kitchen.put(f"{path}/menu", json=menu, headers=if_match(changed["version"])).json()
    sent = kitchen.done(f"{path}/submit", version=typed["version"], status=200)
    assert (sent["status"], sent["source"]) == ("submitted", "menu")
    ingredient = next(use for use in sent["budget"] if use["budget_line"] == "ingredient")
    assert 0 < ingredient["used_bp"] < 10_000


def spend_too_much(kitchen: Person, path: str, version: int, week: date) -> Json:
    dear = {"lines": [line("BEEF", week + timedelta(days=2), 9_000_000)]}
    changed = kitchen.put(f"{path}/lines", json=dear, headers=if_match(version)).json()
    use = next(use for use in changed["budget"] if use["budget_line"] == "ingredient")
    assert use["is_exceeded"]
    answer = kitchen.post(f"{path}/submit", headers=if_match(changed["version"]))
    problem = refused(answer, 422, "budget_exceeded")
    assert problem["dearest_date"] == str(week + timedelta(days=2))
    assert problem["over_idr"] == use["planned_idr"] - use["budget_idr"] > 0
    return dict(changed)


def menu_of(kitchen: Person, week: date) -> Json:
    """Two days of the menu cycle for half of the portions, and trays that nobody has."""
    days = kitchen.every("/menu-days")[:2]
    (own,) = kitchen.every("/kitchens")
    servings = [
        {
            "recipe_code": recipe["code"],
            "serving_date": str(week + timedelta(days=offset)),
            "portions_small": own["portions_small"],
            "portions_large": own["portions_large"],
        }
        for offset, day in enumerate(days)
        for recipe in day["recipes"]
    ]
    return {"servings": servings, "lines": [line("TRAY", week, 20)]}


def see_no_other_kitchen(cast: Cast) -> None:
    (own,) = cast.kitchen.every("/kitchens")
    foreign = next(each for each in cast.city.every("/forecasts") if each["kitchen_id"] != own["id"])
    there = refused(cast.kitchen.get(f"/forecasts/{foreign['id']}"), 404, "not_found")
    missing = refused(cast.kitchen.get(f"/forecasts/{uuid.uuid4()}"), 404, "not_found")
    assert there["detail"] == missing["detail"]
    assert {each["kitchen_id"] for each in cast.kitchen.every("/forecasts")} == {own["id"]}


# ---- supply


def offer(item_code: str, week: date, *, qty: int, price_idr: int, **more: object) -> Json:
    days = {"from_date": str(week), "to_date": str(week + timedelta(days=4))}
    return {"item_code": item_code, "offered_qty": qty, "price_idr": price_idr, **days, **more}


def keep_to_the_price_caps(cast: Cast, week: date) -> None:
    dear_rice = offer("RICE-P", week, qty=500_000, price_idr=RICE_HET_IDR + 1)
    problem = refused(cast.cooperative.post("/offers", json=dear_rice), 422, "price_above_cap")
    assert (problem["cap_kind"], problem["limit_idr"], problem["valid_from"]) == ("HET", RICE_HET_IDR, "2025-08-22")
    assert problem["source"] == "Keputusan Kepala Bapanas 299/2025"
    assert [fault["field"] for fault in problem["errors"]] == ["price_idr"]
    cast.cooperative.done("/offers", dear_rice | {"price_idr": RICE_HET_IDR})
    subsidised = offer("RICE-SPHP", week, qty=500_000, price_idr=12_500)
    assert refused(cast.cooperative.post("/offers", json=subsidised), 422, "item_not_for_kitchens")["source"]
    dear_pack = offer("RICE-P", week, qty=1, price_idr=25 * (RICE_HET_IDR + 20))
    del dear_pack["offered_qty"]
    dear_pack |= {"packs": 10, "pack_qty": 25_000}
    assert refused(cast.wholesaler.post("/stocks", json=dear_pack), 422, "price_above_cap")["cap_kind"] == "HET"
    cast.wholesaler.done("/stocks", dear_pack | {"price_idr": 350_000})
    refused(cast.kitchen.post("/offers", json=dear_rice), 403, "not_permitted")
    make_an_exception_for_eggs(cast, week)


def make_an_exception_for_eggs(cast: Cast, week: date) -> None:
    dear_eggs = offer("EGG", week, qty=120_000, price_idr=EGG_HAP_IDR + 1_000)
    problem = refused(cast.cooperative.post("/offers", json=dear_eggs), 422, "price_above_cap")
    assert (problem["cap_kind"], problem["limit_idr"]) == ("HAP", EGG_HAP_IDR)
    asked_on = str(week - timedelta(days=14))
    quotes = [
        {"provider": provider, "price_idr": EGG_HAP_IDR + extra, "quoted_date": asked_on}
        for provider, extra in (("Pasar Baru", 900), ("Pasar Induk", 1_200), ("CV Telur", 1_500))
    ]
    exception = {"item_code": "EGG", "price_idr": EGG_HAP_IDR + 1_000, "reason": "Feed is short."}
    exception |= {"valid_from": str(week), "valid_to": str(week + timedelta(days=6))}
    answer = cast.food.post("/price-exceptions", json={**exception, "quotes": quotes[:2]})
    assert refused(answer, 422, "invalid_field")["errors"][0]["code"] == "too_few"
    cast.food.done("/price-exceptions", {**exception, "quotes": quotes})
    assert cast.cooperative.done("/offers", dear_eggs)["price_idr"] == EGG_HAP_IDR + 1_000


def publish_goods_once(cooperative: Person, week: date) -> None:
    body = offer("SALT", week, qty=40_000, price_idr=8_000, lots=[{"lot_code": "GRM-1", "lot_qty": 40_000}])
    bearer = {"Authorization": cooperative.headers["Authorization"]}
    keyless = httpx.post(f"{cooperative.base_url}offers", json=body, headers=bearer)
    refused(keyless, 400, "idempotency_key_missing")
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, again = (cooperative.post("/offers", json=body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = cooperative.post("/offers", json=body | {"price_idr": 7_000}, headers=key)
    refused(other, 422, "idempotency_key_reused")
    assert refused(cooperative.post("/offers", json=body), 409, "lot_already_offered")["lots"][0]["lot_code"] == "GRM-1"
    path = f"/offers/{first.json()['id']}"
    cheaper = cooperative.patch(path, json={"price_idr": 7_500}, headers=if_match(1))
    assert (cheaper.status_code, cheaper.headers["ETag"]) == (200, '"2"')
    late = cooperative.patch(path, json={"price_idr": 7_900}, headers=if_match(1))
    assert refused(late, 412, "stale_version")["current"] == 2


# ---- the plan


def match(cast: Cast, week: date) -> Json:
    body = {"week_start": str(week), **LIMITS}
    refused(cast.kitchen.post("/runs", json=body), 403, "not_permitted")
    started = cast.city.post("/runs", json=body)
    assert (started.status_code, started.json()["status"]) == (202, "queued")
    path = started.headers["Location"].removeprefix("/api/v1")
    assert refused(cast.city.post("/runs", json=body), 409, "run_active")["run_id"] == started.json()["id"]
    run = until(SOLVED_WITHIN_S, lambda: ended(cast.city, path))
    assert (run["status"], run["attempt"], run["failure_code"]) == ("succeeded", 1, None)
    assert run["progress"]
    plan = cast.city.read(f"/plans/{run['plan_id']}")
    assert 0 < plan["bound_idr"] <= plan["objective_idr"] == plan["totals"]["total_idr"] <= plan["greedy"]["total_idr"]
    shortages = cast.city.every(f"/plans/{plan['id']}/shortages")
    assert all(shortage["reasons"] for shortage in shortages)
    (trays,) = (shortage for shortage in shortages if shortage["item_code"] == "TRAY")
    assert (trays["short_qty"], trays["reasons"][0]["code"]) == (20, "no_eligible_supply")
    refused(cast.kitchen.get(f"/plans/{plan['id']}"), 404, "not_found")
    return plan


def ended(city: Person, path: str) -> Json | None:
    run = city.read(path)
    return None if run["status"] in {"queued", "running", "cancelling"} else run


def solve_again_from_the_file(city: Person, plan: Json, folder: Path) -> None:
    problem, again = folder / "problem.json", folder / "plan.json"
    problem.write_bytes(city.get(f"/plans/{plan['id']}/problem").content)
    matched = pasok("match", problem, "--out", again, "--seed", SEED, "--time-limit", LIMITS["time_limit_s"])
    assert matched.returncode == 0, matched.stderr
    planned = {
        (row["forecast_line_id"], row["offer_id"] or row["stock_id"], row["cooperative_code"], row["allocated_qty"])
        for row in city.every(f"/plans/{plan['id']}/allocations", limit=200)
    }
    document = json.loads(again.read_text())
    lines = document["allocations"]
    assert {(row["demand"], row["source"], row["cooperative"], row["qty"]) for row in lines} == planned
    assert pasok("check", problem, again).returncode == 0
    lines[0]["qty"] += 1
    again.write_text(json.dumps(document))
    checked = pasok("check", problem, again)
    assert checked.returncode == 1
    assert "BROKEN" in checked.stderr


def publish(cast: Cast, plan: Json) -> None:
    path = f"/plans/{plan['id']}/publish"
    refused(cast.city.post(path, headers=if_match(plan["version"] + 1)), 412, "stale_version")
    published = cast.city.done(path, version=plan["version"])
    assert published["status"] == "published"
    refused(cast.city.post(path, headers=if_match(published["version"])), 409, "illegal_transition")
    body = {"week_start": plan["week_start"], "lines": [line("SALT", date.fromisoformat(plan["week_start"]), 1_000)]}
    refused(cast.kitchen.post("/forecasts", json=body), 409, "week_planned")
    assert len(cast.city.every("/orders", plan_id=plan["id"])) == published["order_count"] > 1


# ---- answers


def answer(cast: Cast, week: date) -> None:
    (order,) = cast.cooperative.every("/orders", week_start=week)
    path = f"/orders/{order['id']}/answers"
    lines = cast.cooperative.read(f"/orders/{order['id']}")["lines"]
    less, none, *_ = lines_for(cast.kitchen, week, lines)
    words = [
        {"line_id": less["id"], "accepted_qty": less["step_qty"], "reason": "not_enough_goods"},
        {"line_id": none["id"], "accepted_qty": 0, "reason": "no_transport", "remark": "Truk rusak"},
    ]
    silent = [words[0], {"line_id": none["id"], "accepted_qty": 0}]
    faults = refused(cast.cooperative.post(path, json={"answers": silent}), 422, "invalid_field")
    assert faults["errors"][0]["field"] == "answers.1.reason"
    before = short_of(cast.kitchen, week)
    cast.cooperative.done(path, {"answers": words})
    gone = {need_of(less): less["ordered_qty"] - less["step_qty"], need_of(none): none["ordered_qty"]}
    after = short_of(cast.kitchen, week)
    assert {need: qty - before[need] for need, qty in after.items() if qty != before[need]} == gone
    again = refused(cast.cooperative.post(path, json={"answers": words[1:]}), 409, "already_answered")
    assert [(each["status"], each["reason"]) for each in again["lines"]] == [("declined", "no_transport")]
    rest = [each for each in lines if each not in (less, none)]
    full = [{"line_id": each["id"], "accepted_qty": each["ordered_qty"]} for each in rest]
    assert cast.cooperative.done(path, {"answers": full})["status"] == "answered"


def lines_for(kitchen: Person, week: date, lines: list[Json]) -> list[Json]:
    """The order lines that bring the kitchen what it asked for, no substitutes, more than one step of it."""
    (sent,) = kitchen.every("/forecasts", week_start=week, status="submitted")
    asked = {each["id"]: each["item_code"] for each in kitchen.read(f"/forecasts/{sent['id']}")["lines"]}
    mine = [each for each in lines if asked.get(each["forecast_line_id"]) == each["item_code"]]
    return [each for each in mine if each["ordered_qty"] > each["step_qty"]]


def need_of(each: Json) -> tuple[str, str]:
    return each["item_code"], each["needed_date"]


def short_of(kitchen: Person, week: date) -> dict[tuple[str, str], int]:
    """What the kitchen is told it lacks, by item and day."""
    return {need_of(each): each["short_qty"] for each in kitchen.read("/coverage", week_start=week)["lines"]}


def look_back(cast: Cast) -> None:
    done = {entry["action"] for entry in cast.auditor.every("/audit", limit=200)}
    assert done >= {"forecast.corrected", "forecast.submitted", "offer.published", "price_exception.grant"}
    assert done >= {"run.start", "order.sent", "order.answered"}
    refused(cast.auditor.post("/runs", json={"week_start": "2026-11-30"}), 403, "not_permitted")
