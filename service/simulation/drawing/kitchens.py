"""Draw the kitchens and what each needs in the week."""

from __future__ import annotations

from collections.abc import Iterable

from service.simulation.drawing.draws import Drawing, Row, T, stepped
from service.simulation.drawing.goods import ANIMAL, DRY, FRUIT, ITEMS, PLANT, SWAPS, VEGETABLES


def draw_kitchens(drawing: Drawing) -> tuple[list[Row], list[Row]]:
    """Draw the kitchens and what each needs."""
    kitchens: list[Row] = []
    demands: list[Row] = []
    weights = [place.weight for place in drawing.places]
    for number in range(drawing.kitchens):
        place = drawing.r.choices(drawing.places, weights)[0]
        small, large = drawing.r.randint(500, 1200), drawing.r.randint(700, 1800)
        budget = {
            "ingredient": T * (8000 * small + 10000 * large),
            "operations": T * 900 * (small + large),
        }
        kitchen = {
            "id": f"K{number + 1:04d}",
            **drawing.home(place, 0.35),
            "budget_idr": budget,
            "max_drops_per_day": drawing.r.choice([4, 5, 6]),
            "min_suppliers": 15,
            "max_share_bp": 4000,
        }
        kitchens.append(kitchen)
        demands += draw_demands(drawing, kitchen["id"], small, large)
    return kitchens, demands


def draw_demands(drawing: Drawing, kitchen: str, small: int, large: int) -> Iterable[Row]:
    """Draw a kitchen's lines."""
    for (code, day), qty in sorted(draw_need(drawing, small, large).items()):
        goods = ITEMS[code]
        yield {
            "id": f"{kitchen}-{code}-{day}",
            "kitchen": kitchen,
            "item": code,
            "day": day,
            "qty": stepped(qty, goods.step),
            "max_price_idr": goods.high_idr,
            "budget": "operations" if goods.kind == "supply" else "ingredient",
            "substitutes": substitutes(code) if code in SWAPS and drawing.r.random() < 0.6 else [],
        }


def substitutes(code: str) -> list[Row]:
    """Return what may stand in for an item."""
    other = ITEMS[SWAPS[code]]
    penalty = round(other.middle_idr * 0.4)
    return [{"item": SWAPS[code], "covers_bp": 9000, "max_price_idr": other.high_idr, "penalty_idr": penalty}]


def draw_need(drawing: Drawing, small: int, large: int) -> dict[tuple[str, int], float]:
    """Draw a week's menu and supplies; amounts per item and day."""
    r, need = drawing.r, dict[tuple[str, int], float]()

    def bought(code: str) -> float:
        goods = ITEMS[code]
        return (small * goods.small_g + large * goods.large_g) * 100 / goods.edible_percent

    animals = [*r.sample(ANIMAL, 5)[:3], "CHICK", "EGG"]
    if r.random() < 0.8:
        animals = [code for code in animals if code != "BEEF"] + ["EGG"] * animals.count("BEEF")
    r.shuffle(animals)
    for number in range(T):
        day = drawing.day(number)
        for code in [animals[number], r.choice(PLANT), r.choice(FRUIT), *r.sample(VEGETABLES, 2)]:
            need[code, day] = need.get((code, day), 0) + bought(code)
    if r.random() < 0.7:
        need["UHT", drawing.drawn_day(T)] = small + large
    for code in DRY:
        day = drawing.drawn_day(3)
        need[code, day] = need.get((code, day), 0) + bought(code) * T
    for code, qty in (("LPG-12", r.randint(8, 16)), ("DETERG", 25000 * T), ("GLOVE", r.randint(5, 12))):
        need[code, drawing.drawn_day(3)] = qty
    return need
