import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.replay import before, clairvoyant, simulator, traces, tuning
from rehearsal.replay.__main__ import ATTAINMENT, sheet


def day(model, *, peak=4.8, seconds=1800, seed=1):
    demand = model.demand
    return traces.synthetic(
        peak=peak,
        seconds=seconds,
        input_tokens=demand.input_tokens,
        output_tokens=demand.output_tokens,
        seed=seed,
    )


def limited(model, **changes):
    return dataclasses.replace(model, replicas=dataclasses.replace(model.replicas, **changes))


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), peak=st.sampled_from([1.0, 5.0, 40.0]))
def test_each_request_is_begun_once_or_turned_away(model, seed, peak):
    requests = day(model, peak=peak, seconds=600, seed=seed)
    speed = simulator.speed_of(model)
    fleet = simulator._Fleet(model=model, speed=speed)
    fleet.resize(0.0, 3, warm=True)
    turned_away = 0
    for place, one in enumerate(requests):
        fleet.advance(one.seconds)
        turned_away += not fleet.send(one)
        if place == len(requests) // 2:
            fleet.resize(one.seconds, 2)
    fleet.close(requests[-1].seconds)
    every = (*fleet.staying, *fleet.gone)
    assert sum(len(one.waits) for one in every) + turned_away == len(requests)
    assert sum(len(one.answered) for one in every) + turned_away == len(requests)


@pytest.mark.parametrize("ceiling", [3, 5])
def test_a_flood_never_passes_the_ceiling_and_is_turned_away(model, ceiling):
    narrow = limited(model, ceiling=ceiling)
    found = simulator.simulate(narrow, day(model, peak=30), simulator.steered(narrow))
    assert found.most_replicas == ceiling
    assert found.rejected > 0
    assert found.within + found.rejected <= found.requests


def test_replicas_that_nobody_changes_cost_their_number(model):
    requests = day(model)
    still = limited(model, floor=4, ceiling=4)
    found = simulator.simulate(still, requests, simulator.steered(still))
    assert found.gpu_hours == pytest.approx(4 * requests[-1].seconds / 3600)
    assert found.timeline == ((0.0, 4),)


def test_a_busy_gpu_alone_led_to_the_ceiling_and_one_where_somebody_waits_does_not(model):
    """DCGM calls a GPU with one sequence on it busy: 80 % of that says nothing of what it could still take."""
    requests = day(model, peak=3.0, seconds=7200)
    at_first = simulator.simulate(model, requests, before.steering(model))
    as_is = simulator.simulate(model, requests, simulator.steered(model))
    assert at_first.most_replicas == model.replicas.ceiling
    assert as_is.gpu_hours < at_first.gpu_hours / 1.5
    assert as_is.attainment >= ATTAINMENT


def test_tuning_tries_the_threshold_that_the_plan_would_compute(model):
    assert tuning.cache_use_at(model, 0.8) == model.scaling.kv_cache_use


@pytest.mark.parametrize("seed", [1, 2])
def test_who_knows_the_future_pays_no_more(model, seed):
    requests = day(model, seed=seed)
    as_is = simulator.simulate(model, requests, simulator.steered(model))
    known = clairvoyant.cheapest(model, requests, attainment=as_is.attainment)
    assert known is not None
    assert known.attainment >= as_is.attainment
    assert clairvoyant.least_gpu_hours(model, requests) <= known.gpu_hours <= as_is.gpu_hours


def test_nobody_can_promise_what_the_ceiling_cannot_carry(model):
    assert clairvoyant.cheapest(limited(model, ceiling=2), day(model, peak=30), attainment=0.99) is None


def test_tuning_is_never_worse_than_leaving_it(model):
    requests = day(model, peak=2.5, seconds=2400)
    as_is = simulator.simulate(model, requests, simulator.steered(model))
    better, best = tuning.tuned(model, requests, attainment=ATTAINMENT)
    assert as_is.attainment >= ATTAINMENT
    assert best.attainment >= ATTAINMENT
    assert best.gpu_hours <= as_is.gpu_hours
    so = tuning.with_settings(model, better)
    assert best == simulator.simulate(so, requests, simulator.steered(so))


def test_the_table_has_a_row_for_each_policy(model):
    found = sheet(model, "eu-west-2", day(model, peak=1.5, seconds=1200))
    assert [row[0] for row in found.rows] == [
        "before",
        "settings as they are",
        "tuned on this trace",
        "clairvoyant",
    ]
    assert found.rows[-1][2] == "1.00"
    assert all(len(row) == len(found.columns) for row in found.rows)
