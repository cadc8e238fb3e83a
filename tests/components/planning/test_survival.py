"""A fleet that could not do without one of its regions is refused, unless that was chosen."""

import math

import pytest

from components.planning.fleet import plan_fleet
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand


def refused(raw) -> list[str]:
    with pytest.raises(Mistakes) as told:
        understand(raw, "prod", plan_fleet)
    return [str(one) for one in told.value.mistakes]


def test_a_ceiling_too_low_for_a_lost_region_is_refused_with_its_arithmetic(raw, fleet):
    """Five of London's replicas are too few for the peak of 12 requests/s of both regions."""
    each = fleet.regions[1].models[0].throughput.requests_per_second
    raw["models"]["llama-8b"]["replicas"] = {"max": 5}
    assert refused(raw) == [
        f"fleet.models.llama-8b.replicas.max: without us-east-1 the others carry {5 * each:.3g} of the peak's 12 requests/s"
        f" (eu-west-2 5 x {each:.3g}), {12 - 5 * each:.3g} too few; raise it to at least {math.ceil(12 / each)},"
        " leave it out, or set"
        " fleet.traffic.survive_region_loss to false"
    ]


def test_the_ceiling_it_asks_for_is_enough(raw, fleet):
    enough = math.ceil(12 / fleet.regions[1].models[0].throughput.requests_per_second)
    raw["models"]["llama-8b"]["replicas"] = {"max": enough}
    raw["budget"]["monthly_usd"] = 1_000_000
    assert all(one.holds for one in understand(raw, "prod", plan_fleet).survivals)


def test_who_says_so_may_go_without(raw):
    raw["models"]["llama-8b"]["replicas"] = {"max": 5}
    raw["traffic"]["survive_region_loss"] = False
    plan = understand(raw, "prod", plan_fleet)
    assert [(one.lost_region, one.model) for one in plan.survivals if not one.holds] == [
        ("us-east-1", "llama-8b")
    ]


def test_development_goes_without_unless_it_asks(raw):
    raw["environment"] = "development"
    raw["models"]["llama-8b"]["replicas"] = {"max": 5}
    assert understand(raw, "prod", plan_fleet).stack == "prod"


def test_development_that_asks_is_held_to_it(raw):
    raw["environment"] = "development"
    raw["models"]["llama-8b"]["replicas"] = {"max": 5}
    raw["traffic"]["survive_region_loss"] = True
    assert len(refused(raw)) == 1


def test_one_region_cannot_survive_its_own_loss(raw):
    del raw["regions"]["eu-west-2"]
    raw["regions"]["us-east-1"]["traffic_share"] = 1.0
    raw["traffic"]["survive_region_loss"] = True
    assert refused(raw)[-1] == (
        "fleet.traffic.survive_region_loss: true needs a second region; with one, nothing else carries its traffic"
    )


def test_a_region_that_is_set_aside_for_its_own_mistakes_is_not_called_lost(raw):
    """Of three regions one is misspelt: the other two are not held to a fleet they are not."""
    for name, share in (("us-east-1", 0.4), ("eu-west-2", 0.3)):
        raw["regions"][name]["traffic_share"] = share
    raw["regions"]["us-east-9"] = {
        "vpc_cidr": "10.40.0.0/16",
        "zones": ["use9-az1", "use9-az2"],
        "traffic_share": 0.3,
    }
    raw["models"]["llama-8b"]["replicas"] = {"max": 5}
    assert not [one for one in refused(raw) if "replicas.max" in one]
