"""Charts draw the numbers they are given."""

import re
from xml.etree import ElementTree

import pytest

from components.catalog import places
from components.planning.page import costs, day, fleet_map
from components.planning.page.parts import Piece, bar
from components.planning.page.waits import phases, waterfall
from components.planning.ranges import Range


def rects(markup: str) -> list[tuple[float, float]]:
    """Start and width of each bar, in percent."""
    found = [ElementTree.fromstring(one) for one in re.findall(r"<rect.*?</rect>", markup)]
    return [(float(one.get("x", "")[:-1]), float(one.get("width", "")[:-1])) for one in found]


def test_a_bar_is_as_long_as_its_share_of_the_whole():
    pieces = [
        Piece(start=0, length=25, colour=1, title="a"),
        Piece(start=25, length=50, colour=2, title="b"),
        Piece(start=75, length=0, colour=3, title="nothing"),
    ]
    assert rects(bar(pieces, 200, "both")) == [(0, 12.5), (12.5, 25)]


def test_a_limit_is_drawn_where_it_lies():
    assert 'x1="75.00%"' in bar([], 200, "none", limit=150)


def test_each_step_begins_where_the_last_one_ended():
    assert rects(waterfall([("a", 10), ("b", 30), ("c", 60)], 100)) == [(0, 10), (10, 30), (40, 60)]


def test_the_phases_of_a_cold_start_add_up_to_it(model):
    found = phases(model.cold_start)
    assert [name for name, _ in found] == ["node", "image", "weights", "engine", "warmup"]
    assert sum(seconds for _, seconds in found) == pytest.approx(model.cold_start.seconds)


def test_small_items_are_added_up_and_nothing_is_lost():
    def steady(usd: float) -> Range:
        return Range(floor=usd, expected=usd, ceiling=usd)

    spent = {"here": {f"item {usd}": steady(float(usd)) for usd in range(1, 11)}}
    shown = costs.dearest(spent)
    assert shown == ["item 10", "item 9", "item 8", "item 7", "item 6", "item 5"]
    assert costs.grouped(spent["here"], shown)["everything else"].ceiling == 1 + 2 + 3 + 4


def test_the_bars_of_all_places_add_up_to_the_plan(fleet):
    drawn = str(costs.costs(fleet))
    for amount in (fleet.usd_per_month.floor, fleet.usd_per_month.expected, fleet.usd_per_month.ceiling):
        assert f"${amount:,.0f}</span>" in drawn


def test_replicas_are_drawn_as_steps(region, model):
    drawn = ElementTree.fromstring(day.chart(region, model))
    line = next(one.get("d") for one in drawn if one.get("class") == "line")
    heights = [float(one) for one in re.findall(r"V([\d.]+)H", line)]
    assert len(heights) == 24
    # 134 units of height stand for the ceiling, from 146 upwards.
    most = model.replicas.ceiling
    assert heights == pytest.approx([146 - 134 * count / most for count in model.replicas.by_hour], abs=0.06)


def test_floor_and_ceiling_are_marked(region, model):
    drawn = ElementTree.fromstring(day.chart(region, model))
    bounds = {one.get("d") for one in drawn if one.get("class") == "bound"}
    floor = 146 - 134 * model.replicas.floor / model.replicas.ceiling
    assert bounds == {"M26 12.0H332", f"M26 {floor:.1f}H332"}


def test_greenwich_on_the_equator_lies_in_the_middle():
    assert fleet_map.at(0, 0) == (360, 160)


def test_a_circles_area_follows_its_share():
    assert fleet_map.radius(0.8) ** 2 == pytest.approx(2 * fleet_map.radius(0.4) ** 2)


def test_names_on_the_map_never_cover_each_other():
    taken: list[fleet_map.Box] = []
    names = ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1")
    for name in names:
        x, y = fleet_map.at(places.PLACES[name].longitude, places.PLACES[name].latitude)
        spot = fleet_map.label(name, x, y, 5.0, taken)
        left, top, right, bottom = spot.box
        assert 0 <= left < right <= fleet_map.WIDTH
        for box in taken:
            assert left >= box[2] or right <= box[0] or top >= box[3] or bottom <= box[1]
        taken.append(spot.box)


def test_a_region_the_catalog_cannot_place_is_listed_all_the_same(fleet, monkeypatch):
    monkeypatch.setattr(places, "PLACES", {})
    assert "not in the catalog" in fleet_map.fleet_map(fleet)
