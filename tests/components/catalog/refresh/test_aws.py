from datetime import timedelta

import pytest
from moto import mock_aws

from components.catalog import datafiles, regions
from components.catalog.refresh import aws
from tests.components.catalog.refresh.answers import NOW, client, pricing, product, quotas, spot

DAY = timedelta(days=1)


def test_prices_of_every_page_are_read_and_other_products_left():
    first = [product("g6.xlarge", 1.0216), product("c5.large", 0.1)]
    second = [product("g6.2xlarge", 1.24095), product("m7i.large", 0.11655)]
    assert aws.on_demand(pricing(first, second), "eu-west-2") == {
        "g6": {"xlarge": 1.0216, "2xlarge": 1.24095},
        "m7i": {"large": 0.11655},
    }


def test_rows_at_no_charge_and_in_other_units_are_no_prices():
    page = [product("g6.xlarge", 0), product("g6.2xlarge", 3.0, unit="Quantity")]
    assert aws.on_demand(pricing(page), "eu-west-2") == {}


@mock_aws
@pytest.mark.parametrize("region", ["eu-west-2", "us-east-1", "ca-central-1"])
def test_zones_and_offerings_are_those_of_the_data_file(region):
    """Both come from the same record of EC2's answers, so every zone and type must be found again."""
    ec2 = client("ec2", region)
    row = datafiles.thawed(datafiles.load("offerings"))["regions"][region]
    zones = aws.zones(ec2)
    assert set(zones.values()) <= set(row["zones"])
    assert not set(zones.values()) & set(aws.WITHOUT_CONTROL_PLANE)
    assert aws.offerings(ec2, row["zones"]) == {
        family: {size: sorted(numbers) for size, numbers in sizes.items()}
        for family, sizes in row["offerings"].items()
    }


@mock_aws
def test_ec2_understands_the_question_for_spot_prices():
    ec2 = client("ec2")
    zones = aws.zones(ec2)
    found = aws.spot(ec2, zones, NOW)
    assert set(found["g6.xlarge"]) == set(regions.offered_zones("g6.xlarge", "eu-west-2"))


def test_spot_is_the_mean_over_time_of_each_zone_and_all_pages():
    """0.40 for six days and 0.75 for one: (6 x 0.40 + 0.75) / 7 = 0.45."""
    zones = {"eu-west-2a": "euw2-az2", "eu-west-2b": "euw2-az3"}
    first = [("g6.xlarge", "euw2-az2", NOW - 9 * DAY, 0.40), ("g6.xlarge", "euw2-lon-az1", NOW - DAY, 9.0)]
    second = [("g6.xlarge", "euw2-az2", NOW - DAY, 0.75), ("g6.xlarge", "euw2-az3", NOW - 3 * DAY, 0.5)]
    found = aws.spot(spot(first, second), zones, NOW)
    assert found == {"g6.xlarge": {"euw2-az2": pytest.approx(0.45), "euw2-az3": 0.5}}


def test_a_price_that_never_changed_is_its_own_mean():
    assert aws.mean_over_time([(NOW - 30 * DAY, 0.3)], NOW - DAY, NOW) == 0.3
    assert aws.mean_over_time([(NOW, 0.3)], NOW - DAY, NOW) == 0.3


def test_quotas_on_running_instances_and_spot_requests_are_kept_from_all_pages():
    pages = (
        [
            ("L-DB2E81BA", "Running On-Demand G and VT instances", 0.0),
            ("L-0263D0A3", "EC2-VPC Elastic IPs", 5.0),
        ],
        [("L-C4BD4855", "All P5 Spot Instance Requests", 0.0)],
    )
    assert aws.quotas(quotas(*pages)) == {"L-DB2E81BA": 0.0, "L-C4BD4855": 0.0}
