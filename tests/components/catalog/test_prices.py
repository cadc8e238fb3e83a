import pytest

from components.catalog import prices
from components.catalog.accelerators import ACCELERATORS
from components.catalog.regions import offered_in


def test_everything_sold_in_us_east_1_has_a_price_there():
    unpriced = [
        one for one in ACCELERATORS if "us-east-1" in offered_in(one) and not prices.priced(one, "us-east-1")
    ]
    assert unpriced == []


def test_prices_that_were_read_are_those_of_the_region():
    """As AWS's price list has them: London's g6 and m7i, Frankfurt's g6e, Stockholm's p5."""
    assert prices.on_demand_usd_per_hour("g6.xlarge", "eu-west-2") == 1.0216
    assert prices.on_demand_usd_per_hour("m7i.xlarge", "eu-west-2") == 0.2331
    assert prices.on_demand_usd_per_hour("g6e.xlarge", "eu-central-1") == 2.327
    assert prices.on_demand_usd_per_hour("p5.48xlarge", "eu-north-1") == 58.8928


def test_prices_that_were_not_read_are_the_regions_multiple_and_called_estimated():
    assert prices.on_demand_usd_per_hour("g7e.2xlarge", "eu-west-2") == pytest.approx(3.36312 * 1.2694)
    assert prices.on_demand_usd_per_hour("m6i.large", "eu-west-2") == pytest.approx(0.096 * 1.1562)
    assert prices.estimated("eu-west-2", "g7e.2xlarge")
    assert not prices.estimated("eu-west-2", "g6.xlarge")


def test_a_region_of_which_nothing_was_read_is_estimated_whole():
    assert not prices.estimated("us-east-1")
    assert not prices.estimated("eu-west-2")
    assert prices.estimated("sa-east-1")


def test_each_region_has_its_own_day():
    assert prices.as_of("us-east-1").isoformat() == "2026-07-20"
    assert prices.as_of("eu-west-2") == prices.AS_OF < prices.as_of("us-east-1")


def test_spot_is_the_mean_of_the_zones_where_it_was_read_and_a_share_elsewhere():
    """London's zones asked 0.8645, 0.5292 and 0.6021 for a g6.xlarge; nobody read its g6.2xlarge."""
    assert prices.spot_usd_per_hour("g6.xlarge", "eu-west-2") == pytest.approx((0.8645 + 0.5292 + 0.6021) / 3)
    assert prices.spot_usd_per_hour("g6.2xlarge", "eu-west-2") == pytest.approx(
        prices.on_demand_usd_per_hour("g6.2xlarge", "eu-west-2") * prices.SPOT_SHARE
    )


def test_spot_that_saves_nothing_is_not_planned_on(monkeypatch):
    dear = {"use1-az1": 0.9, "use1-az2": 0.8048}
    monkeypatch.setattr(prices, "spot_zones_usd_per_hour", lambda name, region: dear)
    assert prices.spot_usd_per_hour("g6.xlarge", "us-east-1") is None


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
        prices.UnknownPrice,
        match=r"no price is known for p5e\.48xlarge; python -m components\.catalog refresh",
    ):
        prices.on_demand_usd_per_hour("p5e.48xlarge", "us-east-1")
    with pytest.raises(prices.UnknownPrice, match="no prices are known for nowhere-1"):
        prices.index("nowhere-1")


def test_a_disk_pays_for_more_than_its_own_pace():
    """200 GiB at $0.08, 3000 IOPS more at $0.005, 375 MB/s more at $0.04: $16 + $15 + $15."""
    assert prices.gp3_usd_per_month(200, 6000, 500) == pytest.approx(46)
    assert prices.gp3_usd_per_month(100) == pytest.approx(8)
