import dataclasses

import pytest

from components.catalog import prices
from components.planning import pricing
from components.planning.model_plan import ReplicaPlan
from components.planning.replicas import node_range


def line(here, item, model=None):
    (found,) = [one.usd_per_hour for one in here.costs if one.item == item and one.model == model]
    return found


def test_the_floor_is_paid_as_it_is_bought(region):
    assert line(region, "GPU on-demand, floor", "llama-8b").floor == pytest.approx(2 * 1.861)
    spot = line(region, "GPU spot, floor", "qwen-32b")
    assert spot.floor == spot.ceiling == pytest.approx((1.3326 + 0.8783 + 1.0426 + 0.9516) / 4)


def test_above_the_floor_the_ceiling_is_all_on_demand(region):
    elastic = line(region, "GPU elastic", "llama-8b")
    assert (elastic.floor, elastic.ceiling) == (0, pytest.approx(3 * 1.861))


def test_a_node_of_which_the_floor_needs_a_part_is_paid_for_whole(region):
    """Two of eight replicas a node at $1.861: one node at rest; nine at the ceiling stand on two."""
    held = ReplicaPlan(
        floor=2,
        expected=2.5,
        ceiling=9,
        on_demand_floor=2,
        spot_ceiling=0,
        headroom=0,
        by_hour=(2,) * 23 + (9,),
    )
    model = dataclasses.replace(
        region.models[0],
        replicas=held,
        nodes=node_range(held, 8),
        pod=dataclasses.replace(region.models[0].pod, pods_per_node=8),
    )
    lines = {one.item: one.usd_per_hour for one in pricing.gpu_lines(model, region.region)}
    assert lines["GPU on-demand, floor"].floor == pytest.approx(1.861)
    # A second node in one hour of 24, at the elastic price of its eight replicas.
    second = pricing.elastic_usd_per_hour(model, region.region) * 8 / 24
    assert lines["GPU elastic"].expected == pytest.approx(second)
    assert lines["GPU elastic"].ceiling == pytest.approx(1.861)


def test_a_month_has_730_hours(fleet):
    assert fleet.usd_per_month.floor == pytest.approx(fleet.usd_per_hour.floor * 730)


def test_the_control_plane_costs_ten_cents(region):
    assert line(region, "EKS control plane").expected == pytest.approx(0.10)


def test_three_gateways_cost_three_times_one_in_the_regions_own_money(fleet):
    here, there = fleet.regions
    # Each of six GPU nodes at rest pulls 9 GB of image one hour in twenty, at $0.045 a GB.
    pulled = 6 * 9 * 0.05 * 0.045
    assert line(here, "NAT gateways").floor == pytest.approx(3 * 0.045 + pulled)
    assert line(there, "NAT gateways").floor == pytest.approx((3 * 0.045 + pulled) * 1.1562)


def test_tokens_cost_what_the_nodes_do_over_what_they_serve(region):
    model = region.models[0]
    both, answers = pricing.usd_per_million_tokens(model, region.region)
    hourly = sum(one.usd_per_hour.expected for one in pricing.gpu_lines(model, region.region))
    assert both == pytest.approx(hourly / (7.2 * 0.4 * 3600 * (1200 + 250) / 1e6))
    assert answers == pytest.approx(both * (1200 + 250) / 250)


def test_dearer_prices_never_cost_less(region, monkeypatch):
    before = sum(one.usd_per_hour.ceiling for one in pricing.gpu_lines(region.models[0], region.region))
    price = prices.on_demand_usd_per_hour
    monkeypatch.setattr(prices, "on_demand_usd_per_hour", lambda name, where: 1.5 * price(name, where))
    monkeypatch.setattr(prices, "REGION_INDEX", {region.region: 1.5})
    after = sum(one.usd_per_hour.ceiling for one in pricing.gpu_lines(region.models[0], region.region))
    assert after == pytest.approx(1.5 * before)


def test_lustre_is_paid_by_size_and_speed_whatever_is_read(raw):
    from components.planning.fleet import plan_fleet
    from components.settings.understanding import understand

    raw["weights"] = {"storage": "fsx"}
    here = understand(raw, "prod", plan_fleet).regions[0]
    weights = line(here, "Weights")
    kept = (1200 * 0.210 + here.storage.used_gib * 0.023) / 730
    assert weights.floor == weights.ceiling == pytest.approx(kept)
