"""Nodes and pools as Karpenter's stand-in is told them."""

import pytest

from components.catalog import prices
from components.planning import labels
from rehearsal.cluster.loop import parts
from rehearsal.cluster.loop.pace import hurried
from tests.conftest import planned


@pytest.fixture(scope="module")
def here():
    return planned("prod").regions[0]


def test_every_instance_type_of_a_model_is_offered_in_every_zone_both_ways(here):
    offered = {one["name"]: one for one in parts.instance_types(here)}
    assert offered.keys() == {model.accelerator.instance_type for model in here.models}
    for name, one in offered.items():
        found = {
            tuple(sorted((need["key"], *need["values"]) for need in offer["Requirements"])): offer["Price"]
            for offer in one["offerings"]
        }
        assert len(found) == 2 * len(here.zones)
        assert max(found.values()) == prices.on_demand_usd_per_hour(name, here.region)
        assert min(found.values()) < max(found.values())


def test_an_instance_has_its_gpus(here):
    gpus = {model.accelerator.instance_type: model.accelerator.gpu_count for model in here.models}
    for one in parts.instance_types(here):
        assert one["resources"][labels.GPU] == str(gpus[one["name"]])


def test_a_pool_changes_its_pace_and_its_node_class_alone(stack):
    pool = next(iter(stack.kind("NodePool").values())).manifest
    told, quick = parts.node_pool(pool), hurried(pool)
    assert told["spec"]["template"]["spec"].pop("nodeClassRef")["kind"] == "KWOKNodeClass"
    quick["spec"]["template"]["spec"].pop("nodeClassRef")
    assert told == quick
