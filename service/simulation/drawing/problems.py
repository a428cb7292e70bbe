"""Weekly problems drawn from a seed: on the real map of Kota Bogor, or on the places of any other region.

Places, population and kitchens per kecamatan of the city are real (the project's facts); menus, offers and stocks are
drawn within the price ranges and portions of the catalogue. The same arguments give the same problem on every machine.

Usage: python -m service.simulation.drawing.problems KITCHENS SEED SCENARIO > problem.json
"""

from __future__ import annotations

import json
import random
import sys

from service.simulation.drawing.draws import DAYS, Drawing, Row, read_places
from service.simulation.drawing.goods import ITEMS, LEFTOVER_BP, POLICY, SHORTAGE, Goods
from service.simulation.drawing.kitchens import draw_kitchens
from service.simulation.drawing.supply import draw_cooperatives, draw_wholesalers


def make_problem(kitchens: int, seed: int, scenario: str) -> Row:
    """Return a problem of Kota Bogor as its file holds it (``pasok-problem/1``)."""
    drawing = Drawing(kitchens, scenario, random.Random(f"{seed}-{scenario}-{kitchens}"), read_places())
    return draw_problem(drawing, f"bogor-{scenario}-{kitchens}-{seed}")


def draw_problem(drawing: Drawing, name: str) -> Row:
    """Draw who needs and has what, on the drawing's places."""
    eaters, demands = draw_kitchens(drawing)
    drawing.need = {code: sum(line["qty"] for line in demands if line["item"] == code) for code in ITEMS}
    cooperatives, offers = draw_cooperatives(drawing, demands)
    wholesalers, stocks = draw_wholesalers(drawing)
    return {
        "format": "pasok-problem/1",
        "name": name,
        "days": list(DAYS),
        "policy": POLICY,
        "items": [item_row(code, goods) for code, goods in ITEMS.items()],
        "kitchens": eaters,
        "cooperatives": cooperatives,
        "wholesalers": wholesalers,
        "offers": offers,
        "stocks": stocks,
        "demands": demands,
        "fixed": [],
        "previous": [],
    }


def item_row(code: str, goods: Goods) -> Row:
    """Return an item of the file."""
    return {
        "id": code,
        "unit": goods.unit,
        "per": goods.per,
        "step": goods.step,
        "weight_g": goods.weight_g,
        "cold": goods.is_cold,
        "shortage_idr": round(goods.middle_idr * SHORTAGE[goods.kind]),
        "leftover_bp": LEFTOVER_BP[goods.kind],
    }


if __name__ == "__main__":
    json.dump(make_problem(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]), sys.stdout, indent=1)
