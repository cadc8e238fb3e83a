import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from components.planning.spot import NAIVE, POOLS, SpotPolicy
from components.planning.spot_replay import ZoneTraces, oracle_cost_share, replay
from tests.spot_traces import synthetic

GAP = 100.0


def traces(**zones: str) -> ZoneTraces:
    """`1101`: up, up, down, up."""
    available = {zone: tuple(step == "1" for step in steps) for zone, steps in zones.items()}
    return ZoneTraces(gap_seconds=GAP, available=available)


def test_naive_spot_serves_nothing_until_its_zone_is_back_and_warm():
    found = replay(traces(a="11011"), NAIVE, 1, 100, 0.4)
    assert found.cost_share == pytest.approx(4 * 0.4 / 5)
    assert found.served_share == pytest.approx(3 / 5)
    assert (found.interruptions, found.launches) == (1, 1)


def test_pools_fall_back_and_keep_on_demand_until_spot_is_warm():
    found = replay(traces(a="11011"), POOLS, 1, 100, 0.4)
    # Spot, spot, on-demand starting, on-demand with spot starting, spot.
    assert found.cost_share == pytest.approx((0.4 + 0.4 + 1.0 + 1.4 + 0.4) / 5)
    assert found.served_share == pytest.approx(4 / 5)
    assert (found.interruptions, found.launches) == (1, 2)


def test_on_demand_hands_over_once_a_zone_has_settled():
    found = replay(traces(a="1111"), SpotPolicy(carries=0, settled_cold_starts=2), 1, 100, 0.4)
    assert found.cost_share == pytest.approx((1.0 + 1.0 + 1.4 + 0.4) / 4)
    assert found.served_share == 1.0


def test_a_zone_that_fails_before_it_settles_is_never_used():
    found = replay(traces(a="110110"), SpotPolicy(settled_cold_starts=2), 3, 100, 0.4)
    assert (found.cost_share, found.interruptions, found.launches) == (1.0, 0, 0)


def test_a_fifth_of_the_replicas_may_go_without_a_request_lost():
    steady = dict.fromkeys("abcd", "111")
    found = replay(traces(**steady, e="101"), POOLS, 10, 100, 0.4)
    assert found.served_share == 1.0
    assert found.ready_share == pytest.approx((1 + 0.8 + 1) / 3)
    assert found.interruptions == 2


def test_a_start_within_a_step_serves_the_rest_of_it():
    found = replay(traces(a="101"), NAIVE, 1, 25, 0.4)
    assert found.served_share == pytest.approx((1 + 0 + 0.75) / 3)


def test_everything_on_demand_costs_what_it_costs_and_serves_all():
    found = replay(traces(a="101010"), SpotPolicy(on_demand_floor=4), 4, 100, 0.4)
    assert (found.cost_share, found.served_share, found.ready_share) == (1.0, 1.0, 1.0)


def test_zones_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="one length"):
        traces(a="11", b="1")


def test_the_oracle_starts_on_demand_before_the_zone_fails_and_returns_when_it_is_warm():
    # a, a with on-demand starting, on-demand, on-demand with a starting, a.
    assert oracle_cost_share(traces(a="11011"), 100, 0.4) == pytest.approx((0.4 + 1.4 + 1.0 + 1.4 + 0.4) / 5)


def test_the_oracle_stays_on_demand_where_leaving_costs_more():
    assert oracle_cost_share(traces(a="101"), 200, 0.9) == pytest.approx(1.0)


def test_the_oracle_moves_between_zones_that_overlap():
    # a until b, up for a cold start, takes over: four steps of spot and one cold start of it.
    assert oracle_cost_share(traces(a="1110", b="0111"), 200, 0.4) == pytest.approx(6 * 0.4 / 4)


def test_the_oracle_keeps_a_floor_and_may_leave_unserved_what_is_not_worth_it():
    assert oracle_cost_share(traces(a="11011"), 100, 0.4, 0.5) == pytest.approx(0.5 + 0.5 * 4.6 / 5)
    assert oracle_cost_share(traces(a="11011"), 100, 0.4, unserved_cost=0.1) == pytest.approx(0.1)


SERIES = some.lists(some.lists(some.booleans(), min_size=10, max_size=10), min_size=1, max_size=3)
POLICIES = some.builds(
    SpotPolicy,
    on_demand_floor=some.integers(0, 3),
    carries=some.sampled_from([0.0, 0.5, 0.8, 1.0]),
    spare=some.integers(0, 2),
    settled_cold_starts=some.sampled_from([0.0, 1.0, 3.0]),
    most_zones=some.integers(1, 3),
    falls_back=some.booleans(),
)


@given(SERIES, POLICIES, some.integers(1, 5), some.integers(1, 3), some.sampled_from([1.0, 2.0, 20.0]))
@settings(max_examples=300, deadline=None)
def test_no_policy_beats_the_oracle(series, policy, replicas, cold_steps, unserved_cost):
    """With what is not ready priced alike for both; at a price beyond all others, with the oracle that serves all."""
    here = traces(**{f"z{place}": "".join("01"[up] for up in steps) for place, steps in enumerate(series)})
    found = replay(here, policy, replicas, cold_steps * GAP, 0.4)
    assert 0 <= found.ready_share <= found.served_share + 1e-9
    assert found.served_share <= 1 + 1e-9
    bound = oracle_cost_share(here, cold_steps * GAP, 0.4, unserved_cost=unserved_cost)
    assert found.cost_share + unserved_cost * (1 - found.ready_share) >= bound - 1e-9
    if math.isclose(found.ready_share, 1.0):
        assert found.cost_share >= oracle_cost_share(here, cold_steps * GAP, 0.4) - 1e-9


def test_more_spare_serves_more():
    """On a long trace; in single steps a spare replica can be what draws the rest into a zone that fails."""
    here = synthetic(7, 6, 1500)
    served = [replay(here, SpotPolicy(spare=spare), 10, 324, 0.42).served_share for spare in range(4)]
    assert served == sorted(served)
    assert served[0] < served[-1]


def test_a_longer_cold_start_never_serves_more_where_zones_are_trusted_alike():
    here = synthetic(7, 6, 1500)
    policy = SpotPolicy(on_demand_floor=3, settled_cold_starts=0)
    served = [replay(here, policy, 10, cold, 0.42).served_share for cold in (60, 180, 324, 600)]
    assert served == sorted(served, reverse=True)
    assert served[0] > served[-1]


def test_on_a_synthetic_trace_the_policy_serves_more_than_pools_and_costs_less_than_on_demand():
    here = synthetic(7, 6, 1500)
    policy = replay(here, SpotPolicy(on_demand_floor=3), 10, 324, 0.42)
    pools = replay(here, POOLS, 10, 324, 0.42)
    naive = replay(here, NAIVE, 10, 324, 0.42)
    bound = oracle_cost_share(here, 324, 0.42)
    assert naive.served_share <= pools.served_share < policy.served_share
    assert bound < policy.cost_share < 1.0
    assert policy.served_share > 0.99
    assert replay(here, POOLS, 10, 324, 0.42) == pools
