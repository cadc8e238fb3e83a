import dataclasses

import pytest

from components.planning.model_plan import ReplicaPlan
from components.planning.scaling_plan import ScalingPlan
from rehearsal.replay import before, law

SCALING = ScalingPlan(
    waiting_requests=5,
    kv_cache_use=0.8,
    gpu_utilisation_percent=80,
    time_to_first_token_seconds=2.0,
    time_to_first_token_most_seconds=2.5,
    fallback_replicas=4,
    fallback_failures=3,
    up_window_seconds=60,
    up_pods=2,
    up_period_seconds=60,
    down_window_seconds=300,
    down_pods=1,
    down_period_seconds=120,
    polling_seconds=15,
    cooldown_seconds=300,
    known_peaks=(),
)
REPLICAS = ReplicaPlan(
    floor=2,
    expected=3.0,
    ceiling=10,
    on_demand_floor=2,
    spot_ceiling=0,
    headroom=0,
    by_hour=(2,) * 24,
)


def reading(**measured):
    quiet = {
        "waiting": 0,
        "kv_cache_use": 0.0,
        "gpu_utilisation_percent": 0.0,
        "time_to_first_token_seconds": 0.0,
    }
    return law.Reading(**quiet | measured)


def asked(current=4, ready=4, **measured):
    return law.asked(reading(**measured), SCALING, current=current, ready=ready)


def played(wanted, *, start, scaling=SCALING):
    """Replicas after each decision, one every 15 s, where so many are wanted at each."""
    current, past, found = start, law.Past(), []
    for place, one in enumerate(wanted):
        current, past = law.decide(one, past, 15.0 * place, scaling, REPLICAS, current=current)
        found.append(current)
    return found


def test_a_queue_asks_for_its_total_over_the_threshold():
    assert asked(waiting=26) == 6
    assert asked(waiting=0) == 0


def test_a_ratio_multiplies_what_is_ready():
    assert asked(kv_cache_use=0.96) == 5  # 1.2 x 4 = 4.8
    assert asked(current=6, ready=4, kv_cache_use=0.96) == 5


def test_however_late_the_first_token_a_quarter_more_are_asked_for():
    assert asked(time_to_first_token_seconds=2.3) == 5
    assert asked(time_to_first_token_seconds=60.0) == 5
    assert asked(current=8, ready=8, time_to_first_token_seconds=60.0) == 10


def test_a_busy_gpu_counts_only_where_one_waits_at_each_replica():
    assert asked(gpu_utilisation_percent=100.0, waiting=3) == 1
    assert asked(gpu_utilisation_percent=100.0, waiting=4) == 5
    assert asked(gpu_utilisation_percent=60.0, waiting=4) == 3


def test_before_a_busy_gpu_kept_all_there_were():
    busy = reading(gpu_utilisation_percent=100.0)
    assert before.asked(busy, SCALING, current=4, ready=4) == 5


@pytest.mark.parametrize(("use", "replicas"), [(0.72, 4), (0.88, 4), (0.89, 5), (0.71, 4), (0.59, 3)])
def test_a_tenth_from_the_target_nothing_changes(use, replicas):
    assert asked(kv_cache_use=use) == replicas


def test_the_largest_demand_counts():
    assert asked(waiting=30, kv_cache_use=0.96, gpu_utilisation_percent=40) == 6
    assert asked(waiting=5, kv_cache_use=0.5, gpu_utilisation_percent=100) == 5


def test_two_pods_a_minute_and_no_more():
    eager = dataclasses.replace(SCALING, up_window_seconds=0)
    found = played([10] * 13, start=2, scaling=eager)
    assert found == [4, 4, 4, 4, 6, 6, 6, 6, 8, 8, 8, 8, 10]


def test_a_rise_shorter_than_its_window_adds_nothing():
    # Strictly less than a minute old: the calm recommendation at 0 s counts until 45 s and no longer at 60 s.
    assert played([2, 9, 9, 9, 9], start=2) == [2, 2, 2, 2, 4]


def test_the_most_of_five_minutes_holds_replicas():
    found = played([6] + [2] * 30, start=6)
    assert found[:20] == [6] * 20
    # At 300 s the last calm recommendation has aged out; then one leaves in two minutes.
    assert found[20:28] == [5] * 8
    assert found[28] == 4


def test_what_an_autoscaler_finds_it_keeps_for_one_window():
    found = played([2] * 21, start=6)
    assert found == [6] * 20 + [5]


def test_neither_floor_nor_ceiling_is_passed():
    eager = dataclasses.replace(SCALING, up_window_seconds=0, up_pods=50)
    assert played([99], start=2, scaling=eager) == [REPLICAS.ceiling]
    assert min(played([0] * 100, start=3)) == REPLICAS.floor


def test_blind_it_holds_and_then_goes_up_to_the_fallback_only():
    assert law.blind(SCALING, current=2, failures=2) == 2
    assert law.blind(SCALING, current=2, failures=3) == 4
    assert law.blind(SCALING, current=7, failures=3) == 7
