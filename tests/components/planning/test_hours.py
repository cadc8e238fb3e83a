"""A day of demand, and the replicas that follow it."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.catalog import accelerators, models
from components.planning import hours, limits
from components.planning.placement import place
from components.planning.replicas import Here, replica_plan
from components.settings import stackfile
from components.settings.fleet import FleetSettings
from components.settings.model import LoadSettings

EVENING = (0.0,) * 18 + (0.5, 1.0, 1.0, 0.5) + (0.0,) * 2


def load(**chosen) -> LoadSettings:
    return LoadSettings.model_validate({"peak_requests_per_second": 10, **chosen})


@pytest.mark.parametrize("average", [0.05, 0.1, 0.4, 0.7, 1.0])
def test_the_assumed_day_has_the_mean_asked_for_and_one_peak(average):
    day = hours.assumed_day(average)
    assert len(day) == 24
    assert sum(day) / 24 == pytest.approx(average, abs=1e-9)
    assert max(day) == day[15] == 1
    assert min(day) == day[3] > 0


def test_the_assumed_day_rises_to_its_peak_and_falls_from_it():
    day = hours.assumed_day(0.4)
    assert list(day[3:16]) == sorted(day[3:16])
    assert list(day[15:]) == sorted(day[15:], reverse=True)


def test_a_day_that_is_told_is_taken_as_it_is():
    told = load(by_hour=EVENING)
    assert hours.shape(told) == EVENING
    assert hours.mean_over_peak(told) == pytest.approx(3 / 24)


def test_growth_is_the_steepest_rise_of_any_hour():
    """From 2 to 5.6 requests/s within an hour: 3.6 / 3600 = 0.001 a second."""
    assert hours.growth_per_second((1.0, 2.0, 5.6, 3.0)) == pytest.approx(0.001)


def test_growth_over_midnight_counts():
    assert hours.growth_per_second((7.2, 3.6, 0.0)) == pytest.approx(7.2 / 3600)


def test_a_level_day_does_not_grow():
    assert hours.growth_per_second((3.0,) * 24) == 0


def test_headroom_is_what_demand_grows_by_during_one_cold_start():
    """0.001 requests/s more each second for 300 s are 0.3 requests/s: two replicas of 0.25."""
    assert hours.headroom(0.001, 300, 0.25) == 2
    assert hours.headroom(0.001, 250, 0.25) == 1
    assert hours.headroom(0.0, 300, 0.25) == 0


def test_replicas_follow_need_and_run_ahead_while_demand_grows():
    demand = (0.0, 1.0, 3.0, 3.0, 2.0)
    found = hours.replicas_by_hour(demand, math.ceil, spare=1, floor=0, ceiling=9)
    # Asleep; grows, so 1 + 1; level and falling hours take their need.
    assert found == (0, 2, 3, 3, 2)


def test_the_floor_is_kept_at_night_and_the_ceiling_by_day():
    demand = (0.0, 1.0, 3.0, 8.0, 2.0)
    assert hours.replicas_by_hour(demand, math.ceil, spare=1, floor=2, ceiling=4) == (2, 2, 4, 4, 2)


def test_utilisation_is_demand_over_what_runs_and_within_the_band(fleet):
    highest = limits.UTILISATION_BAND[1]
    for here in fleet.regions:
        for model in here.models:
            used = hours.utilisation_by_hour(model)
            at_peak = model.demand.by_hour.index(max(model.demand.by_hour))
            capacity = model.replicas.by_hour[at_peak] * model.throughput.requests_per_second
            assert used[at_peak] == pytest.approx(model.demand.by_hour[at_peak] / capacity * highest)
            assert max(used) <= highest + 1e-9


def test_the_month_is_the_mean_of_its_hours(fleet):
    for here in fleet.regions:
        for model in here.models:
            assert model.replicas.expected == pytest.approx(sum(model.replicas.by_hour) / 24)
            assert model.demand.mean_requests_per_second == pytest.approx(sum(model.demand.by_hour) / 24)


def test_a_model_that_sleeps_is_awake_only_in_hours_with_demand(region):
    (batch,) = [model for model in region.models if model.workload == "batch"]
    assert [bool(count) for count in batch.replicas.by_hour] == [bool(one) for one in batch.demand.by_hour]
    assert batch.replicas.headroom == 0


RAW = stackfile.read("prod").fleet
G6 = accelerators.find("g6.xlarge")


def planned(peak: float, by_hour: tuple[float, ...], **chosen):
    """Llama on g6.xlarge in London, on its own."""
    told = {**RAW["models"]["llama-8b"], "load": {"peak_requests_per_second": peak, "by_hour": by_hour}}
    region = {**RAW["regions"]["eu-west-2"], "traffic_share": 1.0}
    chosen = {"scaling": {}, "purchase": {}, **chosen}
    fleet = FleetSettings.model_validate(
        {**RAW, "models": {"llama-8b": told | chosen}, "regions": {"eu-west-2": region}}
    )
    model = fleet.models["llama-8b"]
    found = place(model, models.find(model.model), G6, "eu-west-2")
    return replica_plan("llama-8b", Here(region="eu-west-2", settings=fleet), found, 300.0)


days = st.lists(st.floats(0, 1), min_size=24, max_size=24).map(lambda day: (1.0, *day[1:]))


@settings(max_examples=40, deadline=None)
@given(day=days, peak=st.floats(0.1, 40), more=st.floats(1, 3))
def test_more_demand_never_needs_fewer_replicas_in_any_hour(day, peak, more):
    less, busier = planned(peak, day), planned(peak * more, day)
    assert all(one <= other for one, other in zip(less.by_hour, busier.by_hour, strict=True))
    assert less.headroom <= busier.headroom
    assert less.expected <= busier.expected
    assert less.ceiling <= busier.ceiling


@settings(max_examples=40, deadline=None)
@given(day=days, peak=st.floats(0.1, 40), most=st.integers(2, 60))
def test_no_hour_leaves_what_floor_and_ceiling_allow(day, peak, most):
    plan = planned(peak, day, replicas={"max": most})
    if isinstance(plan, list):
        assert any(one.path == "fleet.models.llama-8b.replicas.max" for one in plan)
        return
    assert plan.ceiling == most
    assert all(plan.floor <= count <= plan.ceiling for count in plan.by_hour)
    assert plan.floor <= plan.expected <= plan.ceiling


def test_alone_the_ceiling_carries_the_busiest_rise_with_its_headroom():
    """A lone region loses no other: its ceiling is the need at 15:00, or that at 14:00 and the headroom."""
    day = (*(0.1,) * 14, 0.99, 1.0, *(0.1,) * 8)
    plan = planned(10.0, day)
    # A g6.xlarge carries 1.195 requests/s at the band's edge: 9.9 and 10 need 8.3 and 8.4, so nine; one more ahead, for
    # (9.9 - 1) / 3600 x 300 = 0.74 requests/s.
    assert plan.headroom == 1
    assert plan.by_hour[14:16] == (10, 9)
    assert plan.ceiling == 10
