import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.planning import sizing


def replicas(arrivals, objective=1.0, capacity=2.0, slots=8):
    return sizing.replicas_for(
        arrivals,
        capacity,
        slots=slots,
        service_seconds=slots / capacity,
        prefill_seconds=0.1,
        objective_seconds=objective,
    )


def test_erlang_c_of_two_servers_with_one_erlang_is_a_third():
    assert sizing.erlang_c(2, 1.0) == pytest.approx(1 / 3)


def test_one_server_waits_as_often_as_it_is_busy():
    assert sizing.erlang_c(1, 0.6) == pytest.approx(0.6)


def test_more_than_can_be_served_waits_for_ever():
    assert sizing.wait_seconds(4, 4.0, 1.0) == math.inf


def test_the_95th_percentile_wait_of_one_server():
    """P(wait > t) = C exp(-(c - a) t / s); with c = 1, a = 0.8, s = 1 it is 5 % at ln(16) / 0.2."""
    assert sizing.wait_seconds(1, 0.8, 1.0) == pytest.approx(math.log(16) / 0.2)


def test_nobody_waits_where_waiting_is_rare():
    assert sizing.wait_seconds(50, 1.0, 1.0) == 0


def test_no_demand_needs_no_replica():
    assert replicas(0) == 0


def test_replicas_stay_within_the_utilisation_band():
    for arrivals in (0.5, 1, 3, 7.7, 20, 100):
        assert arrivals / (replicas(arrivals) * 2.0) <= 0.80 + 1e-9


def test_more_demand_never_needs_fewer_replicas():
    needed = [replicas(arrivals / 4) for arrivals in range(1, 200)]
    assert needed == sorted(needed)


def test_a_stricter_promise_never_needs_fewer_replicas():
    needed = [replicas(3, objective) for objective in (10, 3, 1, 0.5, 0.2, 0.11)]
    assert needed == sorted(needed)


def test_two_regions_each_carry_all_when_the_other_dies():
    shares = {"a": 0.6, "b": 0.4}
    assert sizing.peak_if_another_dies("a", shares, 10) == pytest.approx(10)
    assert sizing.peak_if_another_dies("b", shares, 10) == pytest.approx(10)


def test_of_three_regions_the_worst_loss_counts():
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    assert sizing.peak_if_another_dies("c", shares, 100) == pytest.approx(40)


def test_a_lone_region_has_nobody_to_stand_in_for():
    assert sizing.peak_if_another_dies("a", {"a": 1.0}, 10) == 10


def test_absurd_demand_is_answered_without_counting_its_queue():
    assert replicas(10**9) == math.ceil(10**9 / (2.0 * 0.80))


def test_a_region_in_reserve_is_sized_for_all_that_it_may_have_to_take():
    assert sizing.peak_if_another_dies("eu", {"us": 1.0, "eu": 0.0}, 12) == 12
    assert sizing.peak_if_another_dies("eu", {"us": 1.0, "eu": 0.0, "ap": 0.0}, 12) == 6
    assert sizing.peak_if_another_dies("us", {"us": 1.0, "eu": 0.0}, 12) == 12


@settings(max_examples=100, deadline=None)
@given(st.floats(0.01, 150), st.floats(1, 4), st.floats(0.2, 5), st.integers(1, 64))
def test_neither_more_demand_nor_a_slower_replica_ever_needs_fewer(arrivals, times, capacity, slots):
    fewest = replicas(arrivals, capacity=capacity, slots=slots)
    assert replicas(arrivals * times, capacity=capacity, slots=slots) >= fewest
    assert replicas(arrivals, capacity=capacity / times, slots=slots) >= fewest


@settings(max_examples=100, deadline=None)
@given(st.floats(0.01, 150), st.floats(0.2, 5), st.integers(1, 64), st.floats(0.2, 5))
def test_what_is_sized_keeps_its_promise(arrivals, capacity, slots, objective):
    count = replicas(arrivals, objective, capacity, slots)
    first = sizing.time_to_first_token_seconds(
        count, arrivals, slots=slots, service_seconds=slots / capacity, prefill_seconds=0.1
    )
    assert first <= objective
