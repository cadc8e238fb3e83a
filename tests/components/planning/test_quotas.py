import dataclasses

import pytest

from components.catalog.accelerators import find
from components.planning import quotas
from components.planning.fleet import plan_fleet
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand


@pytest.fixture
def pinned(raw):
    """prod's home with its replicas and instance types written down, whatever the planner thinks of their speed."""
    chosen = {
        "llama-8b": (2, 4, "g6e.xlarge"),
        "gpt-oss-120b": (2, 7, "g7e.2xlarge"),
        "qwen-32b": (2, 7, "g6e.xlarge"),
        "gpt-oss-20b": (0, 3, "g6.xlarge"),
    }
    for name, (least, most, instance_type) in chosen.items():
        raw["models"][name]["replicas"] = {"min": least, "max": most}
        raw["models"][name]["instance_types"] = [instance_type]
        raw["models"][name]["load"]["peak_requests_per_second"] = 0.1
    del raw["regions"]["eu-west-2"]
    raw["regions"]["us-east-1"]["traffic_share"] = 1
    return raw


def planned(raw):
    return understand(raw, "prod", plan_fleet).regions[0]


def needed(here):
    return {need.quota.code: need.needed for need in quotas.needs(here)}


def test_on_demand_vcpus_can_carry_the_whole_ceiling(pinned):
    # llama 4 and qwen 7 on g6e.xlarge (4 vCPUs), gpt-oss-120b 7 on g7e.2xlarge (8), gpt-oss-20b 3 on g6.xlarge (4), and
    # one more of it while it rolls out, for it has no floor to be replaced in place.
    assert needed(planned(pinned))["L-DB2E81BA"] == 4 * 4 + 7 * 4 + 7 * 8 + (3 + 1) * 4


def test_spot_vcpus_are_those_that_may_stand_on_spot(pinned):
    # At most on spot: llama 0.5 x 4, gpt-oss-120b 0.3 x 7, qwen 0.6 x 7 (one of them in its floor), gpt-oss-20b all 3.
    assert needed(planned(pinned))["L-3819A6DF"] == 2 * 4 + 2 * 8 + 4 * 4 + 3 * 4


def test_network_and_cluster_are_counted_too(region):
    found = needed(region)
    # Six system nodes of four vCPUs at most, three NAT gateways.
    assert (found["L-1216C47A"], found["L-0263D0A3"]) == (24, 3)
    assert [found[code] for code in ("L-FE5A380F", "L-F678F1CE", "L-53DA6B97", "L-1194D53C")] == [1, 1, 1, 1]


def test_half_filled_nodes_are_whole_ones(model):
    two = dataclasses.replace(
        model,
        accelerator=find("g6e.12xlarge"),
        pod=dataclasses.replace(model.pod, pods_per_node=4),
        replicas=dataclasses.replace(model.replicas, floor=5, on_demand_floor=5, ceiling=6, spot_ceiling=1),
        rollout=dataclasses.replace(model.rollout, max_surge=0),
    )
    # Five replicas at rest fill two nodes, one above them opens a third; one on spot takes a node of its own.
    assert quotas.nodes_at_ceiling(two, "on-demand") == 3
    assert quotas.nodes_at_ceiling(two, "spot") == 1


def test_a_rollouts_spare_replica_needs_a_node(model):
    rolling = dataclasses.replace(model, rollout=dataclasses.replace(model.rollout, max_surge=1))
    resting = dataclasses.replace(model, rollout=dataclasses.replace(model.rollout, max_surge=0))
    assert quotas.nodes_at_ceiling(rolling, "on-demand") == quotas.nodes_at_ceiling(resting, "on-demand") + 1


def test_managed_groups_and_pools_never_hold_more_than_is_asked_for(fleet):
    for here in fleet.regions:
        gpus = sum(pool.gpu_limit for pool in here.node_pools if pool.purchase == "on-demand")
        nodes = sum(group.max_nodes for group in here.node_groups if group.purchase == "on-demand")
        assert gpus + nodes <= sum(quotas.nodes_at_ceiling(model, "on-demand") for model in here.models)


def test_a_known_quota_that_falls_short_refuses_the_plan_with_the_sum(pinned):
    pinned["regions"]["us-east-1"]["quotas"] = {"L-DB2E81BA": 100}
    with pytest.raises(Mistakes) as refused:
        understand(pinned, "prod", plan_fleet)
    (one,) = refused.value.mistakes
    assert one.path == "fleet.regions.us-east-1.quotas.L-DB2E81BA"
    assert one.message == (
        "Running On-Demand G and VT instances is 100 vCPUs but the ceiling needs 116 (llama-8b 4 x 4 of g6e.xlarge"
        " + gpt-oss-120b 7 x 8 of g7e.2xlarge + qwen-32b 7 x 4 of g6e.xlarge + gpt-oss-20b 4 x 4 of g6.xlarge):"
        " 16 more; lower replicas.max, or ask AWS with what `python -m components.planning prod --quotas` prints"
    )


def test_a_short_quota_and_a_short_budget_are_told_at_once(raw):
    raw["regions"]["us-east-1"]["quotas"] = {"L-0263D0A3": 2}
    raw["budget"]["monthly_usd"] = 1000
    with pytest.raises(Mistakes) as refused:
        understand(raw, "prod", plan_fleet)
    assert {one.path for one in refused.value.mistakes} == {
        "fleet.budget.monthly_usd",
        "fleet.regions.us-east-1.quotas.L-0263D0A3",
    }


def test_a_known_quota_that_suffices_is_no_mistake(pinned):
    pinned["regions"]["us-east-1"]["quotas"] = {"L-DB2E81BA": 116, "L-3819A6DF": 52}
    assert understand(pinned, "prod", plan_fleet).regions


def test_requests_ask_for_what_is_missing_and_for_nothing_else(pinned):
    lines = [
        line for line in quotas.requests(planned(pinned), {"L-DB2E81BA": 116}) if not line.startswith("#")
    ]
    assert lines == [
        "aws service-quotas request-service-quota-increase --region us-east-1 --service-code ec2"
        " --quota-code L-3819A6DF --desired-value 52",
        "aws service-quotas request-service-quota-increase --region us-east-1 --service-code ec2"
        " --quota-code L-1216C47A --desired-value 24",
    ]


def test_every_need_is_shown_with_its_sum(region):
    told = [line for line in quotas.requests(region, {}) if line.startswith("#")]
    assert len(told) == len(quotas.needs(region))
    assert (
        told[3] == "# EC2-VPC Elastic IPs: 3 addresses (one for each of 3 NAT gateways); 5 of a new account"
    )
