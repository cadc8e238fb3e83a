import dataclasses

import pytest

from components.planning import limits
from components.planning.fleet import plan_fleet
from components.planning.scaling import ready_seconds, waiting_requests
from components.planning.scaling_plan import KnownPeak
from components.settings import stackfile
from components.settings.mistakes import Mistakes
from components.settings.model import LoadSettings, ModelSettings, ScalingSettings
from components.settings.understanding import understand


def planned(region="eu-west-2", name="llama-8b", **scaling):
    file = stackfile.read("prod")
    file.fleet["models"][name].setdefault("scaling", {}).update(scaling)
    plan = understand(file.fleet, file.stack, plan_fleet)
    (here,) = [one for one in plan.regions if one.region == region]
    return next(one for one in here.models if one.name == name)


@pytest.mark.parametrize(
    ("region", "name", "load", "use"),
    [
        # 21 of 32 slots at 1,450 tokens, in a cache of 248,792 tokens and in one of 83,999.
        ("us-east-1", "llama-8b", 0.8, 0.122),
        ("eu-west-2", "llama-8b", 0.8, 0.363),
        # A mixture wakes more experts with each sequence: 17 of 32 at 2,500 tokens, in 690,617.
        ("us-east-1", "gpt-oss-120b", 0.8, 0.062),
        # Dense, and bound by reading its weights: 9 of 12 at 1,900 tokens, in 27,817.
        ("us-east-1", "qwen-32b", 0.8, 0.615),
    ],
)
def test_the_cache_s_threshold_is_its_use_at_the_chosen_load(region, name, load, use):
    assert planned(region, name, kv_cache_at_load=load).scaling.kv_cache_use == use


def test_replicas_are_called_for_where_the_plan_says_a_replica_is_full():
    assert ScalingSettings().kv_cache_at_load == limits.UTILISATION_BAND[1]


def test_a_late_first_token_is_told_as_a_quarter_over_its_target():
    scaling = planned(time_to_first_token_share=0.8).scaling
    assert scaling.time_to_first_token_seconds == pytest.approx(2.0)
    assert scaling.time_to_first_token_most_seconds == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("replicas", "seconds"),
    [
        # One decision and one window, and then two a minute from the floor of two.
        (2, 0),
        (3, 15 + 60),
        (4, 15 + 60),
        (5, 15 + 60 + 60),
        (8, 15 + 60 + 2 * 60),
    ],
)
def test_a_known_peak_is_ready_after_a_window_and_its_pace_and_a_cold_start(replicas, seconds):
    model = planned()
    peak = KnownPeak(name="day", timezone="Etc/UTC", start="0 8 * * *", end="0 9 * * *", replicas=replicas)
    assert ready_seconds(model, peak) == (seconds + model.cold_start.seconds if seconds else 0)


def test_a_model_that_sleeps_is_woken_at_the_next_look():
    model = planned("us-east-1", "gpt-oss-20b")
    assert model.replicas.floor == 0
    (peak,) = model.scaling.known_peaks
    one = dataclasses.replace(peak, replicas=1)
    assert ready_seconds(model, one) == model.scaling.polling_seconds + model.cold_start.seconds
    assert ready_seconds(model, peak) == 15 + 60 + model.cold_start.seconds


@pytest.mark.parametrize(("sequences", "waiting"), [(1, 1), (6, 1), (12, 2), (32, 5), (128, 20)])
def test_a_server_that_runs_few_calls_for_another_at_few_waiting(sequences, waiting):
    load = LoadSettings(peak_requests_per_second=1)
    few = ModelSettings(model="llama-3.1-8b-instruct", concurrent_sequences=sequences, load=load)
    assert waiting_requests(few) == waiting


def test_what_is_chosen_is_taken():
    assert planned(waiting_requests=17).scaling.waiting_requests == 17


def test_a_queue_that_can_never_be_so_long_is_refused():
    with pytest.raises(Mistakes) as refused:
        planned(waiting_requests=60)
    assert (
        "llama-8b.scaling.waiting_requests: 60 never wait for one replica: beyond 32 that run and 64 that wait it"
        in (text := str(refused.value))
    )
    assert "answers 503; ask for less than 58, or leave it out" in text
