import pytest

from components.catalog import prices
from components.catalog.accelerators import ACCELERATORS
from components.catalog.regions import offered_in


def test_everything_sold_in_us_east_1_has_a_price_there():
    unpriced = [
        one for one in ACCELERATORS if "us-east-1" in offered_in(one) and not prices.priced(one, "us-east-1")
    ]
    assert unpriced == []


def test_prices_elsewhere_are_the_regions_multiple():
    assert prices.on_demand_usd_per_hour("g6.xlarge", "eu-west-2") == pytest.approx(0.8048 * 1.27)


def test_only_us_east_1_is_read_and_the_rest_estimated():
    assert not prices.estimated("us-east-1")
    assert prices.estimated("eu-west-2")


def test_spot_costs_less_and_is_not_planned_on_for_p_families():
    assert prices.spot_usd_per_hour("g6.xlarge", "us-east-1") < prices.on_demand_usd_per_hour(
        "g6.xlarge", "us-east-1"
    )
    assert prices.spot_usd_per_hour("p5.48xlarge", "us-east-1") is None


def test_a_larger_size_costs_more():
    for family in {one.family for one in ACCELERATORS.values()}:
        sizes = [
            one
            for one in ACCELERATORS.values()
            if one.family == family and prices.priced(one.instance_type, "us-east-1")
        ]
        costs = [
            prices.on_demand_usd_per_hour(one.instance_type, "us-east-1")
            for one in sorted(sizes, key=lambda one: one.vcpus)
        ]
        assert costs == sorted(costs)


def test_an_unknown_price_says_what_to_do():
    with pytest.raises(
        prices.UnknownPrice, match=r"no price is known for p5e\.48xlarge; add it to catalog/prices\.py"
    ):
        prices.on_demand_usd_per_hour("p5e.48xlarge", "us-east-1")
    with pytest.raises(prices.UnknownPrice, match="no prices are known for nowhere-1"):
        prices.index("nowhere-1")
