"""A picture of one solve: the best plan and the proven bound over time, as SVG that suits light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 760
HEIGHT: Final = 420
LEFT, RIGHT, TOP, BOTTOM = 76, 640, 62, 360
"""Edges of the plot; the names of the curves stand to its right."""
STYLE: Final = """
  :root {
    --paper: #ffffff; --ink: #1f2328; --quiet: #59636e; --grid: #d9dee3;
    --plan: #b4530a; --bound: #0b63b5; --between: #b4530a14;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --paper: #0d1117; --ink: #e6edf3; --quiet: #9aa4af; --grid: #343b43;
      --plan: #f0964f; --bound: #63b0ff; --between: #f0964f1f;
    }
  }
  text { font: 13px system-ui, sans-serif; fill: var(--quiet) }
  .paper { fill: var(--paper) }
  .title { font-size: 15px; font-weight: 600; fill: var(--ink) }
  .grid { stroke: var(--grid); stroke-width: 1 }
  .mark { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 2 4 }
  .curve { fill: none; stroke-width: 2; stroke-linejoin: round }
  .plan { stroke: var(--plan) } .bound { stroke: var(--bound) }
  .between { fill: var(--between) }
  text.plan-name { fill: var(--plan); font-weight: 600 } text.bound-name { fill: var(--bound); font-weight: 600 }
  .note { paint-order: stroke; stroke: var(--paper); stroke-width: 4px }
  .end { text-anchor: end } .middle { text-anchor: middle }
"""

Point = tuple[float, float]


@dataclass(frozen=True)
class Picture:
    """What is drawn: points of seconds and Rp billion (each holds until the next), and named moments in seconds."""

    title: str
    subtitle: str
    plan: tuple[Point, ...]
    bound: tuple[Point, ...]
    moments: tuple[tuple[str, float], ...]
    seconds: float
    ending: str


def draw(picture: Picture) -> str:
    """Return the picture as an SVG document."""
    low, high = edges(picture)
    x = scale(0.0, picture.seconds, LEFT, RIGHT)
    y = scale(low, high, BOTTOM, TOP)
    plan = stairs(picture.plan, picture.seconds)
    bound = stairs(picture.bound, picture.seconds)
    parts = [
        f'<text class="title" x="{LEFT}" y="24">{escape(picture.title)}</text>',
        f'<text x="{LEFT}" y="44">{escape(picture.subtitle)}</text>',
        *grid(picture.seconds, low, high, x, y),
        f'<g clip-path="url(#plot)"><path class="between" d="{path([*plan, *reversed(bound)], x, y)}Z"/>',
        f'<path class="curve bound" d="{path(bound, x, y)}"/>',
        f'<path class="curve plan" d="{path(plan, x, y)}"/></g>',
        *moments(picture.moments, x),
        *names(picture, y),
    ]
    return document(escape(f"{picture.title}; {picture.ending}"), parts)


def document(description: str, parts: Sequence[str]) -> str:
    """Return an SVG document of these parts."""
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    clip = f'<rect x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BOTTOM - TOP}"/>'
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{description}">',
        f"<style>{STYLE}</style>",
        f'<clipPath id="plot">{clip}</clipPath>',
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
    ]
    return "\n".join([*head, *parts, "</svg>", ""])


def edges(picture: Picture) -> Point:
    """Return the least and the greatest amount shown: from a little below the last bound to above the first plan."""
    highest = picture.plan[0][1]
    lowest = picture.bound[-1][1] if picture.bound else picture.plan[-1][1]
    room = max(highest - lowest, highest * 0.01)
    return lowest - 0.35 * room, highest + 0.06 * room


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return the place of a value between two edges of the plot."""
    return lambda value: start + (value - low) / (high - low) * (end - start)


def stairs(points: Sequence[Point], seconds: float) -> list[Point]:
    """Let every value hold until the next one, the last until the end."""
    steps: list[Point] = []
    for at, value in points:
        if steps:
            steps.append((at, steps[-1][1]))
        steps.append((at, value))
    return [*steps, (seconds, steps[-1][1])] if steps else []


def path(points: Sequence[Point], x: Callable[[float], float], y: Callable[[float], float]) -> str:
    """Return the points as a path; far below the plot is near enough."""
    places = [f"{x(at):.1f} {min(y(value), HEIGHT * 2.0):.1f}" for at, value in points]
    return f"M{' L'.join(places)}" if places else ""


def ticks(low: float, high: float, about: int) -> list[float]:
    """Return round values between two, about so many."""
    raw = (high - low) / about
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(each * size for each in (1, 2, 5, 10) if each * size >= raw)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def grid(
    seconds: float, low: float, high: float, x: Callable[[float], float], y: Callable[[float], float]
) -> Iterator[str]:
    """Yield the axes: seconds below, Rp billion at the left, a thin line at every value."""
    digits = max(0, -math.floor(math.log10((high - low) / 5)))
    for value in ticks(low, high, 5):
        yield f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
        yield f'<text class="end" x="{LEFT - 8}" y="{y(value) + 4:.1f}">{value:.{digits}f}</text>'
    for value in ticks(0.0, seconds, 8):
        yield f'<line class="grid" x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{BOTTOM}" y2="{BOTTOM + 5}"/>'
        yield f'<text class="middle" x="{x(value):.1f}" y="{BOTTOM + 20}">{value:g}</text>'
    yield f'<text class="middle" x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 44}">seconds</text>'
    middle = (TOP + BOTTOM) / 2
    yield f'<text class="middle" transform="translate(18 {middle}) rotate(-90)">Rp billion</text>'


def moments(named: Sequence[tuple[str, float]], x: Callable[[float], float]) -> Iterator[str]:
    """Yield a thin line at every moment, its name at the foot of the plot, each a line higher than the one before."""
    for number, (name, at) in enumerate(named):
        is_late = x(at) > (LEFT + RIGHT) / 2
        beside = f'class="note end" x="{x(at) - 5:.1f}"' if is_late else f'class="note" x="{x(at) + 5:.1f}"'
        yield f'<line class="mark" x1="{x(at):.1f}" x2="{x(at):.1f}" y1="{TOP}" y2="{BOTTOM}"/>'
        yield f'<text {beside} y="{BOTTOM - 8 - 17 * number}">{escape(name)}, {at:.1f} s</text>'


def names(picture: Picture, y: Callable[[float], float]) -> Iterator[str]:
    """Yield the names of the curves at their ends, and how far apart they ended."""
    above = y(picture.plan[-1][1])
    below = y(picture.bound[-1][1]) if picture.bound else BOTTOM
    yield f'<text class="plan-name" x="{RIGHT + 10}" y="{above - 10:.1f}">best plan</text>'
    yield f'<text class="bound-name" x="{RIGHT + 10}" y="{below + 20:.1f}">proven bound</text>'
    yield f'<text x="{RIGHT + 10}" y="{(above + below) / 2 + 5:.1f}">{escape(picture.ending)}</text>'
