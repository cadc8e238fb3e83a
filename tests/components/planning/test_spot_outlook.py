import dataclasses

import pytest

from components.catalog import prices, spot
from components.planning.spot import Mix
from components.planning.spot_outlook import odds, spot_data, spot_outlook


def of(fleet, region, name):
    here = next(one for one in fleet.regions if one.region == region)
    return here, next(one for one in here.models if one.name == name)


def test_on_demand_stands_in_and_every_interruption_costs_one_cold_start():
    # Spot half the time at 0.4, else 1.0: 0.7 each. One in ten of an hour's minutes cold, half the time, half the replicas.
    found = odds(Mix(on_demand=2, spot=2), 1.0, 0.4, 360, "made up", 0.5, 1.0)
    assert found.usd_per_hour == pytest.approx(2 + 2 * 0.7)
    assert found.ready_share == pytest.approx(1 - 0.1 * 0.5 * 0.5)


def test_spot_that_never_starts_is_never_ready():
    found = odds(Mix(on_demand=0, spot=2), 1.0, 0.4, 7200, "made up", 1.0, 1.0)
    assert found.ready_share == 0.0


def half_on_spot(fleet):
    """Four replicas at the ceiling, two of them on spot."""
    here, model = of(fleet, "us-east-1", "llama-8b")
    held = dataclasses.replace(model.replicas, floor=2, on_demand_floor=2, ceiling=4, spot_ceiling=2)
    return here, dataclasses.replace(model, replicas=held)


def test_the_ceiling_of_the_first_model_by_hand(fleet):
    here, model = half_on_spot(fleet)
    spot_share = prices.spot_usd_per_hour("g6e.xlarge", "us-east-1") / 1.861
    found = spot_outlook(model, here.region, here.zones)
    assert (found.on_demand, found.spot, found.zones) == (2, 2, 3)
    # Two of four that run at 80 % carry 2 / 3.2; three carry 3 / 3.2.
    assert found.carried_share_without_spot == pytest.approx(0.625)
    assert found.carried_share_without_a_zone == pytest.approx(0.9375)
    assert found.on_demand_usd_per_hour == pytest.approx(4 * 1.861)
    assert found.calm.usd_per_hour == pytest.approx(2 * 1.861 * (1 + spot_share))
    mean = 0.713 * spot_share + 0.287
    assert found.scarce.usd_per_hour == pytest.approx(2 * 1.861 * (1 + mean))
    cold_share = spot.SCARCE["us-east-1"].interruptions_per_hour * model.cold_start.seconds / 3600
    assert found.scarce.ready_share == pytest.approx(1 - cold_share * 0.713 / 2)


def test_a_scarce_day_costs_more_and_holds_less_than_a_calm_one(fleet):
    for here in fleet.regions:
        for model in here.models:
            found = spot_outlook(model, here.region, here.zones)
            assert found.calm.usd_per_hour < found.scarce.usd_per_hour <= found.on_demand_usd_per_hour
            assert found.scarce.ready_share < found.calm.ready_share < 1


def test_a_region_that_was_not_measured_says_which_stands_for_it(fleet):
    here, model = of(fleet, "eu-west-2", "llama-8b")
    assert spot_outlook(model, here.region, here.zones).scarce.basis == "V100 spot in us-east-2, 2023"


def test_without_spot_there_is_no_outlook(fleet):
    here, model = of(fleet, "us-east-1", "llama-8b")
    none = dataclasses.replace(model, replicas=dataclasses.replace(model.replicas, spot_ceiling=0))
    assert spot_outlook(none, here.region, here.zones) is None
    assert spot_data(none, here.region, here.zones) is None


def test_programs_get_the_same_numbers(fleet):
    here, model = half_on_spot(fleet)
    found = spot_data(model, here.region, here.zones)
    assert (found["on_demand"], found["spot"]) == (2, 2)
    # Half the replicas at the spot price save half of what spot is cheaper.
    saved = (1 - prices.spot_usd_per_hour("g6e.xlarge", "us-east-1") / 1.861) / 2
    assert found["calm"]["saving_share"] == pytest.approx(saved, abs=5e-4)
