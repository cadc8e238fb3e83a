import pytest

from components.catalog import accelerators, models
from components.planning.model_plan import ReplicaPlan
from components.planning.placement import place
from components.planning.replicas import Here, floor_of, node_range, replica_plan
from components.settings.fleet import FleetSettings
from components.settings.model import ModelSettings


def settings(**chosen):
    return ModelSettings.model_validate(
        {"model": "llama-3.1-8b-instruct", "load": {"peak_requests_per_second": 4}, **chosen}
    )


@pytest.mark.parametrize(
    ("workload", "production", "floor"),
    [
        ("interactive", True, 2),
        ("interactive", False, 1),
        ("internal", True, 1),
        ("batch", True, 1),
        ("development", False, 1),
    ],
)
def test_who_waits_decides_how_many_are_kept(workload, production, floor):
    assert floor_of(settings(workload=workload), production=production) == floor


def test_batch_sleeps_once_something_wakes_it():
    waker = {"known_peaks": {"nightly": {"start": "0 1 * * *", "end": "0 5 * * *", "replicas": 1}}}
    assert floor_of(settings(workload="batch", scaling=waker), production=True) == 0


def test_what_is_stated_is_kept():
    assert floor_of(settings(replicas={"min": 3}), production=True) == 3


def planned(raw, **changes):
    raw["models"]["llama-8b"] |= changes
    fleet = FleetSettings.model_validate(raw)
    model = fleet.models["llama-8b"]
    chosen = place(model, models.find(model.model), accelerators.find("g6e.xlarge"), "us-east-1")
    return replica_plan("llama-8b", Here(region="us-east-1", settings=fleet), chosen, 300.0)


def test_an_open_ceiling_carries_the_fleet_when_the_other_region_dies(raw):
    plan = planned(raw)
    assert (plan.floor, plan.ceiling, plan.on_demand_floor, plan.spot_ceiling) == (2, 5, 2, 2)


def test_the_mean_month_lies_between_floor_and_ceiling(raw):
    plan = planned(raw, load={"peak_requests_per_second": 60, "average_over_peak": 0.5})
    assert plan.floor < plan.expected < plan.ceiling


def test_a_floor_half_on_spot_needs_a_share_that_allows_it(raw):
    (told,) = planned(raw, purchase={"on_demand_floor": 0, "spot_share": 0.1})
    assert str(told) == (
        "fleet.models.llama-8b.purchase.on_demand_floor: leaves 2 of 2 replicas to spot, but spot_share 0.1 allows 0;"
        " raise one of the two"
    )


def test_nodes_are_whole_at_both_ends_and_never_fewer_than_the_floor():
    """Of 8 replicas a node: 2 at rest need one, half the day 6 no second and half 10 one more, 17 at most three."""
    held = ReplicaPlan(
        floor=2, expected=8.0, ceiling=17, on_demand_floor=2, spot_ceiling=0, headroom=0, by_hour=(6, 10) * 12
    )
    nodes = node_range(held, 8)
    assert (nodes.floor, nodes.expected, nodes.ceiling) == (1, 1.5, 3)
    assert node_range(held, 1).expected == 8.0
