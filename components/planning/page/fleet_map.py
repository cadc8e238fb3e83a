"""The fleet on the world: regions where they lie, as large as their share of the traffic."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from components.catalog import places
from components.planning.amounts import usd
from components.planning.limits import HOURS_PER_MONTH
from components.planning.page.markup import Markup, tag
from components.planning.page.parts import section, table
from components.planning.plan import FleetPlan, RegionPlan

NORTH, SOUTH = 80, -57
"""Latitudes shown: nobody serves from the poles."""

SCALE = 2.0
"""Units a degree, both ways: equirectangular."""

WIDTH, HEIGHT = 360 * SCALE, (NORTH - SOUTH) * SCALE

LETTER_WIDTH, LINE_HEIGHT = 12.0, 22.0
"""Of a label at a phone's size, the larger of the two; labels that do not meet there meet nowhere."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


class Spot(NamedTuple):
    """Where a name could stand."""

    anchor: str
    x: float
    y: float
    box: Box
    apart: bool
    """Not beside its circle: a line leads to it."""


def fleet_map(plan: FleetPlan) -> Markup:
    """The map, and beside it the same regions as a table."""
    here = ", ".join(one.region for one in plan.regions)
    drawn = tag(
        "svg",
        tag("path", d=coast(), class_="land"),
        *(tag("path", d=line, class_="grid") for line in graticule()),
        *marks(plan),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        class_="map",
        role="img",
        aria_label=f"World map with the fleet's regions: {here}",
    )
    head = ("Region", "City", "Traffic", "GPU nodes", "Expected a month")
    rows = [_row(one) for one in plan.regions]
    return section(
        "map",
        "Where it runs",
        tag("div", drawn, table("Regions", head, rows, texts=2), class_="beside"),
        lead="Circles grow with the share of the traffic that arrives there at the peak.",
    )


def _row(here: RegionPlan) -> tuple[str, ...]:
    place = places.PLACES.get(here.region)
    floor = sum(model.nodes.floor for model in here.models)
    ceiling = sum(model.nodes.ceiling for model in here.models)
    return (
        here.region,
        place.city if place else "not in the catalog",
        f"{here.traffic_share:.0%}",
        f"{floor:g}–{ceiling:g}",
        usd(here.usd_per_hour.expected * HOURS_PER_MONTH),
    )


def at(longitude: float, latitude: float) -> tuple[float, float]:
    """Units from the left and the top."""
    return (longitude + 180) * SCALE, (NORTH - latitude) * SCALE


def coast() -> str:
    """All continents as one path, cut off where the map ends."""
    parts = []
    for line in places.COASTS:
        points = (tuple(map(float, point.split(","))) for point in line.split())
        found = (at(longitude, min(max(latitude, SOUTH), NORTH)) for longitude, latitude in points)
        parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in found) + "Z")
    return "".join(parts)


def graticule() -> Iterator[str]:
    """Every thirtieth degree."""
    for longitude in range(-150, 180, 30):
        x, _ = at(longitude, 0)
        yield f"M{x:g} 0V{HEIGHT:g}"
    for latitude in range(-30, NORTH, 30):
        _, y = at(0, latitude)
        yield f"M0 {y:g}H{WIDTH:g}"


def radius(share: float) -> float:
    """An area in proportion to the share; never too small to see."""
    return max(4.0, 15 * math.sqrt(share))


def marks(plan: FleetPlan) -> Iterator[Markup]:
    """Circles first, then names, so that no circle hides a name."""
    known = [(one, places.PLACES[one.region]) for one in plan.regions if one.region in places.PLACES]
    taken: list[Box] = []
    names = []
    for here, place in known:
        x, y = at(place.longitude, place.latitude)
        size = radius(here.traffic_share)
        taken.append((x - size, y - size, x + size, y + size))
        title = f"{here.region}, {place.city}: {here.traffic_share:.0%} of the traffic"
        yield tag("circle", tag("title", title), cx=x, cy=y, r=size, class_="region")
        yield tag("circle", cx=x, cy=y, r="2", class_="centre")
    for here, place in known:
        x, y = at(place.longitude, place.latitude)
        spot = label(here.region, x, y, radius(here.traffic_share), taken)
        taken.append(spot.box)
        if spot.apart:
            yield tag("path", d=f"M{x:.1f} {y:.1f}L{spot.x:.1f} {spot.y:.1f}", class_="leader")
        names.append(tag("text", here.region, x=spot.x, y=spot.y, text_anchor=spot.anchor))
    yield from names


def label(name: str, x: float, y: float, size: float, taken: list[Box]) -> Spot:
    """Beside its circle, or as near as nothing else is in the way; beside it again where there is no room at all."""
    spots = sorted(_spots(name, x, y, size), key=lambda one: math.hypot(one.x - x, one.y - y))
    return next((one for one in spots if _free(one.box, taken)), spots[0])


def _spots(name: str, x: float, y: float, size: float) -> Iterator[Spot]:
    width, half = LETTER_WIDTH * len(name), LINE_HEIGHT / 2
    for step in range(-6, 7):
        middle = y + step * half * 1.5
        top, bottom = middle - half, middle + half
        right, left = x + size + 4, x - size - 4
        apart = step != 0
        yield Spot("start", right, middle, (right, top, right + width, bottom), apart)
        yield Spot("end", left, middle, (left - width, top, left, bottom), apart)
        if abs(middle - y) >= half + size:
            yield Spot("middle", x, middle, (x - width / 2, top, x + width / 2, bottom), apart)


def _free(box: Box, taken: list[Box]) -> bool:
    inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= HEIGHT
    return inside and not any(_meet(box, other) for other in taken)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
