import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.catalog import accelerators
from components.planning import mixes
from components.planning.mixes import Mix, Pool, cheapest, left_for_second, sentence, single, sized
from components.planning.model_plan import MemoryPlan
from components.planning.placement import Placement, engine_plan
from components.settings.model import ModelSettings

SETTINGS = ModelSettings.model_validate(
    {"model": "llama-3.1-8b-instruct", "precision": "fp8", "load": {"peak_requests_per_second": 1}}
)
ARRIVALS = (5.0, 3.0, 2.0)


def pool(instance_type, usd_per_hour, *load):
    empty = MemoryPlan(weights_gib=0, activation_gib=0, kv_cache_gib=0, kv_bytes_per_token=0, cached_tokens=0)
    # A prompt that takes no time leaves the queue alone to decide.
    found = Placement(
        accelerator=accelerators.find(instance_type),
        engine=engine_plan(SETTINGS, 1, 8192),
        memory=empty,
        prefill_seconds=0.0,
        first_token_seconds=0.0,
        step_seconds=0.04,
        requests_per_second=2.0,
        usd_per_hour=usd_per_hour,
    )
    return Pool(placement=found, usd_per_hour=usd_per_hour, load=load)


def test_assumed_lengths_keep_the_mean():
    assert sum(share for share, _ in mixes.SIZES) == pytest.approx(1)
    assert sum(share * factor for share, factor in mixes.SIZES) == pytest.approx(1)


def test_a_longer_request_stays_within_the_context():
    longer = sized(SETTINGS, 100.0).load
    assert longer.input_tokens + longer.output_tokens <= SETTINGS.context_tokens
    assert sized(SETTINGS, 2.0).load.input_tokens == 2 * SETTINGS.load.input_tokens


def test_the_first_type_takes_what_it_spares_the_second_most():
    """Of its one node, half goes to the size that costs the second 8 nodes and half to one of the 2 of the other."""
    first = pool("g6.xlarge", 1.0, 1.0, 0.5)
    second = pool("g6e.xlarge", 3.0, 2.0, 8.0)
    needed, kept = left_for_second(first, second, 1)
    assert kept == pytest.approx((0.5, 0.0))
    assert needed == pytest.approx(1.0)


def test_what_only_one_type_can_serve_goes_there_first():
    small = pool("g6.xlarge", 1.0, 1.0, math.inf)
    large = pool("g6e.xlarge", 3.0, 1.0, 0.9)
    needed, kept = left_for_second(large, small, 1)
    assert kept == pytest.approx((0.9, 0.0))
    assert needed == pytest.approx(0.9)
    assert left_for_second(small, large, 1) == (pytest.approx(0.9), (0.0, 1.0))


def test_a_remainder_goes_to_the_smaller_type():
    """1.2 nodes of the large type: two of it cost 6, one of it and one small node for the remainder 4."""
    large = pool("g6e.xlarge", 3.0, 0.6, 0.36, 0.24)
    small = pool("g6.xlarge", 1.0, 2.4, 1.44, 0.96)
    best, mix = cheapest([large, small], ARRIVALS, 1.0, 1)
    assert best == Mix(nodes=(("g6.xlarge", 5),), usd_per_month=5.0 * 730)
    assert mix == Mix(nodes=(("g6e.xlarge", 1), ("g6.xlarge", 1)), usd_per_month=4.0 * 730)
    assert sentence(best, mix) == (
        "told apart by length, 1 g6e.xlarge and 1 g6.xlarge carry the peak for 20% less than 5 g6.xlarge ($730 a"
        " month held there); asks for a router that sends by prompt length"
    )


def test_two_types_that_save_little_do_not_pay():
    best = Mix(nodes=(("g6.xlarge", 5),), usd_per_month=1000.0)
    near = Mix(nodes=(("g6e.xlarge", 1), ("g6.xlarge", 1)), usd_per_month=960.0)
    assert sentence(best, near).startswith("does not pay: ")
    assert sentence(best, None) == "no mix of two types beats 5 g6.xlarge at the peak"
    assert sentence(None, near) == (
        "no single type serves every length of request; 1 g6e.xlarge and 1 g6.xlarge would"
    )


def test_replicas_kept_at_rest_are_kept_in_a_mix_too():
    alone = single(pool("g6.xlarge", 1.0, 0.1, 0.1, 0.1), ARRIVALS, 1.0, 2)
    assert alone is not None
    assert alone.nodes == (("g6.xlarge", 2),)


LOADS = st.tuples(*[st.floats(0.05, 6.0)] * 3)


@settings(max_examples=60, deadline=None)
@given(LOADS, LOADS, st.floats(0.5, 4.0), st.integers(1, 3))
def test_the_mix_is_the_best_of_all_whole_numbers(first, second, dearer, least):
    """Against trying every pair of counts, and every split of each size in twentieths for the first type."""
    one, other = pool("g6.xlarge", 1.0, *first), pool("g6e.xlarge", dearer, *second)
    best, mix = cheapest([one, other], ARRIVALS, math.inf, least)
    found = min(candidate.usd_per_month for candidate in (best, mix) if candidate)
    for nodes in range(1, math.ceil(sum(first)) + 1):
        greedy, _ = left_for_second(one, other, nodes)
        for split in range(21):
            part = split / 20
            if sum(first) * part <= nodes:
                needed = sum(second) * (1 - part)
                assert greedy <= needed + 1e-9
                whole = max(math.ceil(needed - 1e-9), least - nodes)
                assert found <= (nodes + whole * dearer) * 730 + 1e-6


@settings(max_examples=40, deadline=None)
@given(LOADS, LOADS, st.floats(1.0, 3.0))
def test_more_demand_never_costs_a_mix_less(first, second, times):
    def usd(factor):
        scaled = [
            pool("g6.xlarge", 1.0, *(each * factor for each in first)),
            pool("g6e.xlarge", 1.7, *(each * factor for each in second)),
        ]
        return min(one.usd_per_month for one in cheapest(scaled, ARRIVALS, math.inf, 1) if one)

    assert usd(times) >= usd(1.0) - 1e-6
