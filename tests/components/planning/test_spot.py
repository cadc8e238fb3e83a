import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from components.planning.spot import NAIVE, POOLS, Mix, SpotPolicy, chosen_zones, mix, spread

COUNTS = some.integers(1, 30)
ZONES = some.integers(0, 9)
SHARES = some.floats(0.05, 1.0)


@pytest.mark.parametrize(
    ("zones", "on_demand", "spot"),
    [
        # Eight of ten must be left: 10 - 2, 11 - 3, 12 - 4, 16 - 8; with one zone all eight stand on-demand.
        (6, 0, 10),
        (5, 0, 10),
        (4, 0, 11),
        (3, 0, 12),
        (2, 0, 16),
        (1, 8, 2),
        (0, 10, 0),
    ],
)
def test_the_fewer_the_zones_the_more_is_spare_until_on_demand_takes_over(zones, on_demand, spot):
    assert mix(SpotPolicy(), 10, zones, 0.42) == Mix(on_demand=on_demand, spot=spot)


def test_where_spot_is_dear_on_demand_is_the_cheaper_cover():
    # Two zones: 16 spot at 0.7 cost 11.2; 6 on-demand and 4 spot cost 8.8 and leave 6 + 2 as well.
    assert mix(SpotPolicy(), 10, 2, 0.7) == Mix(on_demand=6, spot=4)


def test_a_floor_on_demand_is_kept_whatever_it_costs():
    assert mix(SpotPolicy(on_demand_floor=3), 10, 6, 0.42) == Mix(on_demand=3, spot=7)
    assert mix(SpotPolicy(on_demand_floor=30), 10, 6, 0.42) == Mix(on_demand=10, spot=0)


def test_pools_by_weight_hold_nothing_spare_and_fall_back_when_no_zone_has_spot():
    assert mix(POOLS, 10, 1, 0.42) == Mix(on_demand=0, spot=10)
    assert mix(POOLS, 10, 0, 0.42) == Mix(on_demand=10, spot=0)


def test_naive_spot_never_falls_back():
    assert mix(NAIVE, 10, 0, 0.42) == Mix(on_demand=0, spot=0)


def test_spare_replicas_come_on_top():
    assert mix(SpotPolicy(spare=2), 10, 5, 0.42) == Mix(on_demand=0, spot=12)


def test_what_does_not_divide_goes_to_the_first_zones():
    assert spread(11, ("c", "a", "b")) == {"c": 4, "a": 4, "b": 3}
    assert spread(0, ("a",)) == {"a": 0}
    assert spread(5, ()) == {}


def test_a_zone_is_trusted_after_eight_cold_starts_or_while_it_holds_replicas():
    uptime = {"a": 2400.0, "b": 2399.0, "c": 10.0}
    assert chosen_zones(SpotPolicy(), uptime, {"c": 1}, 300) == ("a", "c")


def test_the_longest_up_come_first_and_no_more_than_are_allowed():
    uptime = {"a": 4000.0, "b": 9000.0, "c": 9000.0}
    assert chosen_zones(SpotPolicy(most_zones=2), uptime, {}, 300) == ("b", "c")


@given(COUNTS, ZONES, SHARES, some.integers(0, 10))
@settings(max_examples=150, deadline=None)
def test_losing_any_zone_leaves_what_must_be_left(replicas, zones, share, floor):
    policy = SpotPolicy(on_demand_floor=floor)
    bought = mix(policy, replicas, zones, share)
    assert bought.on_demand + bought.spot >= replicas
    assert bought.left(zones) >= math.ceil(0.8 * replicas - 1e-9)
    assert bought.on_demand >= min(floor, replicas)


@given(COUNTS, ZONES, SHARES, SHARES)
@settings(max_examples=100, deadline=None)
def test_dearer_spot_never_buys_more_of_it(replicas, zones, one, other):
    cheap, dear = sorted((one, other))
    assert mix(SpotPolicy(), replicas, zones, dear).spot <= mix(SpotPolicy(), replicas, zones, cheap).spot


@given(COUNTS, some.integers(1, 9), SHARES, some.integers(0, 4))
@settings(max_examples=100, deadline=None)
def test_more_spare_never_takes_from_any_zone(replicas, zones, share, spare):
    names = [str(one) for one in range(zones)]
    fewer = mix(SpotPolicy(spare=spare), replicas, zones, share)
    more = mix(SpotPolicy(spare=spare + 1), replicas, zones, share)
    held, held_more = spread(fewer.spot, names), spread(more.spot, names)
    assert fewer.on_demand == more.on_demand
    assert all(held_more[name] >= held[name] for name in names)
