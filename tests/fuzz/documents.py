"""Changes of JSON that leave it JSON, so that what reads a document is reached, not only the parser."""

import copy
import json
import math
import random
from typing import Any

ODD = (
    None,
    True,
    0,
    -1,
    1,
    2**31,
    10**20,
    -(10**20),
    0.5,
    math.nan,
    math.inf,
    "",
    "\0",
    "RICE",
    "2026-02-30",
    [],
    {},
    [[]],
)


def changed(content: bytes, seed: int) -> bytes | None:
    """Return a document with one of its parts put elsewhere, taken away or made odd; nothing, if it is no document."""
    chance = random.Random(seed)
    try:
        document = json.loads(content)
    except ValueError:
        return None
    places = list(_places(document))
    if not places:
        return None
    within, key = chance.choice(places)
    if chance.random() < 0.15:
        del within[key]
    elif chance.random() < 0.3:
        other, its_key = chance.choice(places)
        within[key] = copy.deepcopy(other[its_key])
    else:
        within[key] = chance.choice(ODD)
    return json.dumps(document).encode()


def _places(part: Any) -> Any:
    """Yield everything that stands in something else, as the other and its place there."""
    if isinstance(part, dict | list):
        for key, inner in part.items() if isinstance(part, dict) else enumerate(part):
            yield part, key
            yield from _places(inner)
