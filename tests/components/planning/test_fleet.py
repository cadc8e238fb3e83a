"""The whole plan: bounds, budget, and what is left when a region dies."""

import copy

import pytest

from components.catalog import prices
from components.planning import labels, limits, nodes
from components.planning.fleet import plan_fleet
from components.planning.pricing import ENDPOINTS
from components.regional.network import ENDPOINTS as BUILT
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand


def replanned(raw, **changes):
    spoilt = copy.deepcopy(raw)
    spoilt["budget"]["monthly_usd"] = 10_000_000
    for path, value in changes.items():
        parent = spoilt
        *steps, last = path.split("__")
        for step in steps:
            parent = parent.setdefault(step.replace("_", "-") if step in ("llama_8b",) else step, {})
        parent[last] = value
    return understand(spoilt, "prod", plan_fleet)


def test_floor_expected_and_ceiling_never_cross(fleet):
    for amount in (fleet.usd_per_hour, *(line.usd_per_hour for here in fleet.regions for line in here.costs)):
        assert amount.floor <= amount.expected <= amount.ceiling
    for here in fleet.regions:
        for model in here.models:
            assert model.replicas.floor <= model.replicas.expected <= model.replicas.ceiling


def test_the_ceiling_is_within_the_budget(fleet):
    assert fleet.usd_per_month.ceiling <= fleet.budget.monthly_usd


def test_every_model_survives_the_loss_of_any_region(fleet):
    assert len(fleet.survivals) == 8
    assert all(one.holds for one in fleet.survivals)


def test_more_demand_never_costs_less(raw):
    costs = [
        replanned(raw, models__llama_8b__load={"peak_requests_per_second": peak}).usd_per_month.ceiling
        for peak in (1, 5, 12, 24, 48)
    ]
    assert costs == sorted(costs)


def test_regions_differ_in_what_they_offer_and_say_so(fleet):
    here, there = ({model.name: model for model in region.models} for region in fleet.regions)
    assert here["llama-8b"].accelerator.instance_type == "g6e.xlarge"
    assert there["llama-8b"].accelerator.instance_type == "g6.xlarge"
    assert there["llama-8b"].accelerator_reason == "choice 2 of 2: g6e.xlarge is not offered in eu-west-2"


def test_managed_groups_hold_the_floor_and_pools_what_is_above(region):
    for model in region.models:
        group = next(
            (
                g
                for g in region.node_groups
                if g.family == model.family and g.accelerator == model.accelerator
            ),
            None,
        )
        assert (group.min_nodes if group else 0) == nodes.nodes_for(model.replicas.on_demand_floor, model)
        if group:
            assert group.min_nodes == group.max_nodes


def test_no_pool_may_hold_more_gpus_than_the_ceiling_needs(region):
    for pool in region.node_pools:
        members = [model for model in region.models if model.family == pool.family]
        needed = sum(
            (m.replicas.ceiling - m.replicas.on_demand_floor + m.rollout.max_surge) * m.pod.gpus
            for m in members
        )
        assert 0 < pool.gpu_limit <= needed


def test_spot_is_tried_before_on_demand(region):
    weights = {pool.purchase: pool.weight for pool in region.node_pools}
    assert weights["spot"] > weights["on-demand"]


def test_with_cluster_autoscaler_groups_carry_everything_and_there_is_no_pool(raw):
    raw["regions"]["us-east-1"]["node_scaler"] = "cluster-autoscaler"
    here = understand(raw, "prod", plan_fleet).regions[0]
    assert here.node_pools == ()
    llama = {g.purchase: g for g in here.node_groups if g.family == "llama"}
    assert (llama["on-demand"].min_nodes, llama["on-demand"].max_nodes) == (2, 5)
    assert (llama["spot"].min_nodes, llama["spot"].max_nodes) == (0, 2)


def test_a_fixed_spot_share_of_the_floor_has_its_own_group(raw):
    raw["models"]["llama-8b"]["purchase"] = {"on_demand_floor": 1, "spot_share": 0.5}
    here = understand(raw, "prod", plan_fleet).regions[0]
    llama = {g.purchase: g.min_nodes for g in here.node_groups if g.family == "llama"}
    assert llama == {"on-demand": 1, "spot": 1}


def test_pods_select_labels_that_their_nodes_carry(region):
    offered = [{**g.labels, labels.INSTANCE_TYPE: g.accelerator.instance_type} for g in region.node_groups]
    offered += [
        {**p.labels, labels.INSTANCE_TYPE: one} for p in region.node_pools for one in p.instance_types
    ]
    for model in region.models:
        assert any(model.node_selector.items() <= carried.items() for carried in offered)


def test_zones_of_pools_and_groups_are_those_that_sell_the_type(region):
    oss = next(g for g in region.node_groups if g.family == "gpt-oss")
    assert oss.zones == ("use1-az2", "use1-az6")


def test_a_node_outlives_the_drain_of_its_pods(region):
    for pool in region.node_pools:
        assert int(pool.termination_grace.removesuffix("m")) * 60 > limits.SPOT_NOTICE_SECONDS


def test_the_bill_counts_the_endpoints_that_are_built():
    assert len(BUILT) == ENDPOINTS


def test_secrets_are_asked_for_only_where_a_model_is_gated(raw):
    assert understand(copy.deepcopy(raw), "prod", plan_fleet).secrets == ("apiKey", "huggingFaceToken")
    del raw["models"]["llama-8b"], raw["cascades"]
    assert understand(raw, "prod", plan_fleet).secrets == ("apiKey",)


def test_lustre_is_made_in_the_sizes_it_comes_in(raw):
    raw["weights"] = {"storage": "fsx"}
    storage = understand(raw, "prod", plan_fleet).regions[0].storage
    assert (storage.kind, storage.claim_gib, storage.throughput_mb_per_tib) == ("fsx", 1200, 250)
    # 1200 GiB at 250 MB/s per TiB: 293 MB/s in all, however fast a client might read.
    assert storage.read_gib_per_second == pytest.approx(1200 / 1024 * 250e6 / 1024**3)


def test_a_pod_leaves_room_for_the_system_on_its_node(region):
    for model in region.models:
        machine, pods = model.accelerator, model.pod.pods_per_node
        assert model.pod.cpu_millis * pods <= machine.vcpus * 1000 - 1000
        assert model.pod.memory_gib * pods <= machine.ram_gib - 3
        assert pytest.approx(machine.gpu_count) == pods * model.pod.gpus


def test_on_demand_can_stand_in_for_every_spot_node(region):
    """The floor's fixed spot part as well: a bad day takes it with the rest."""
    for pool in (one for one in region.node_pools if one.purchase == "on-demand"):
        members = [model for model in region.models if model.family == pool.family]
        held = sum(model.replicas.on_demand_floor * model.pod.gpus for model in members)
        assert held + pool.gpu_limit >= sum(model.replicas.ceiling * model.pod.gpus for model in members)


def test_a_fleet_at_its_ceiling_raises_no_alarm_of_its_cost(fleet):
    for here in fleet.regions:
        for family, usd in here.family_usd_per_hour.items():
            nodes_usd = sum(
                model.nodes.ceiling
                * prices.on_demand_usd_per_hour(model.accelerator.instance_type, here.region)
                for model in here.models
                if model.family == family
            )
            assert usd >= nodes_usd


def test_a_choice_left_open_counts_the_replicas_kept_at_rest(raw):
    """One large node is cheaper at the peak than five small ones, and dearer where two are kept day and night."""
    raw["models"]["llama-8b"]["instance_types"] = []
    raw["budget"]["monthly_usd"] = 1_000_000
    london = understand(raw, "prod", plan_fleet).regions[1].models[0]
    assert london.accelerator.instance_type in ("g5.xlarge", "g6.xlarge")


def test_more_than_can_be_asked_for_is_refused_with_how_many_it_would_be(raw):
    raw["models"]["llama-8b"]["load"]["peak_requests_per_second"] = 100_000
    raw["budget"]["monthly_usd"] = 1_000_000_000
    with pytest.raises(Mistakes, match=r"llama-8b\.load\.peak_requests_per_second: needs \d+ replicas"):
        understand(raw, "prod", plan_fleet)
