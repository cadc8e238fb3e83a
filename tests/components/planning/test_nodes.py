import pytest

from components.planning import labels, nodes


def test_half_a_node_is_a_node(model):
    assert [nodes.nodes_for(replicas, model) for replicas in (0, 1, 1.2, 2)] == [0, 1, 2, 2]


@pytest.mark.parametrize(("usd_per_hour", "gpus"), [(100, 53), (1.9, 1), (1.8, 0)])
def test_a_pool_is_limited_to_what_the_whole_budget_buys(usd_per_hour, gpus):
    """A g6e.xlarge costs $1.861 in us-east-1."""
    assert nodes.affordable_gpus(("g6e.xlarge",), "us-east-1", usd_per_hour) == gpus


def test_a_budget_that_buys_little_lowers_the_pools_limit(region):
    free = nodes.node_pools(region.models, region.region, region.zones, 100, 10_000)
    poor = nodes.node_pools(region.models, region.region, region.zones, 100, 4)
    assert {pool.name for pool in poor} == {pool.name for pool in free}
    assert all(one.gpu_limit <= other.gpu_limit for one, other in zip(poor, free, strict=True))
    assert max(pool.gpu_limit for pool in poor) < max(pool.gpu_limit for pool in free)


def test_families_never_share_a_group_or_a_pool(region):
    for one in (*region.node_groups, *region.node_pools):
        assert one.labels[labels.FAMILY] == one.family
        assert one.name.startswith(one.family)


def test_one_group_per_family_type_and_purchase(region):
    keys = [(one.family, one.accelerator.instance_type, one.purchase) for one in region.node_groups]
    assert len(keys) == len(set(keys))
