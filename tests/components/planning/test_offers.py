import pytest

from components.catalog import accelerators, models, prices
from components.planning import offers
from components.planning.replicas import Here


@pytest.fixture(scope="module")
def here(fleet):
    return Here(region="us-east-1", settings=fleet.settings)


def test_only_what_the_zones_sell_at_a_price_is_offered(here):
    """us-east-1 sells no p5e; g7e stands in use1-az2 and use1-az6."""
    sold = {one.instance_type for one in offers.sold_here(here)}
    assert "g7e.2xlarge" in sold
    assert "p5e.48xlarge" not in sold
    assert all(prices.priced(one, "us-east-1") for one in sold)


def test_of_sizes_with_the_same_gpus_only_the_cheapest_is_tried(here):
    sizes = {(one.instance_type, split) for one, split in offers.cheapest_sizes(here)}
    assert ("g6e.xlarge", 1) in sizes
    assert not {("g6e.2xlarge", 1), ("g6e.12xlarge", 1), ("g6e.24xlarge", 4)} & sizes
    assert ("g6e.12xlarge", 4) in sizes


def test_what_was_left_out_never_costs_less(here):
    tried = offers.cheapest_sizes(here)
    for one in offers.sold_here(here):
        usd = prices.on_demand_usd_per_hour(one.instance_type, "us-east-1")
        for best, split in tried:
            if best.gpu == one.gpu and split <= one.gpu_count:
                cheapest = prices.on_demand_usd_per_hour(best.instance_type, "us-east-1")
                assert cheapest / (best.gpu_count // split) <= usd / (one.gpu_count // split)


def test_every_published_precision_can_be_served_as_it_is():
    for model in models.MODELS.values():
        assert offers.PRECISIONS[model.native_precision][0] == model.native_precision


def test_what_is_feasible_was_placed_as_asked(fleet, here):
    model = fleet.regions[0].models[0]
    found = offers.feasible(model, here)
    assert {precision for _, precision in found} <= {"fp8", "bf16", "int4"}
    for one, _ in found:
        assert one.engine.tensor_parallel <= accelerators.find(one.accelerator.instance_type).gpu_count
