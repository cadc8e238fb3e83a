from ipaddress import IPv4Network
from itertools import combinations

import pytest

from components.catalog import regions
from components.planning.addressing import network_plan

CIDRS = ("10.0.0.0/16", "10.20.0.0/18", "172.16.0.0/20")


def nets(plan):
    return [IPv4Network(one.cidr) for one in (*plan.private, *plan.public)]


@pytest.mark.parametrize("cidr", CIDRS)
@pytest.mark.parametrize("region", regions.regions())
def test_subnets_lie_inside_apart_and_are_large_enough(region, cidr):
    zones = regions.find(region).zones[:6]
    plan = network_plan(region, IPv4Network(cidr), zones, nat_per_zone=True)
    assert all(one.subnet_of(IPv4Network(cidr)) for one in nets(plan))
    assert not any(one.overlaps(other) for one, other in combinations(nets(plan), 2))
    # A load balancer needs eight free addresses of its subnet, besides the five AWS keeps.
    assert all(IPv4Network(one.cidr).num_addresses >= 16 for one in plan.public)


def test_adding_a_zone_moves_no_other():
    two = network_plan("us-east-1", IPv4Network(CIDRS[0]), ("use1-az6", "use1-az2"), nat_per_zone=True)
    three = network_plan(
        "us-east-1", IPv4Network(CIDRS[0]), ("use1-az4", "use1-az2", "use1-az6"), nat_per_zone=True
    )
    assert set(two.private) < set(three.private)
    assert set(two.public) < set(three.public)


def test_the_order_of_zones_in_the_file_does_not_matter():
    zones = ("use1-az2", "use1-az4")
    one = network_plan("us-east-1", IPv4Network(CIDRS[0]), zones, nat_per_zone=False)
    assert one == network_plan("us-east-1", IPv4Network(CIDRS[0]), zones[::-1], nat_per_zone=False)


def test_nat_stands_in_every_zone_or_in_the_first():
    zones = ("use1-az2", "use1-az4")
    assert network_plan("us-east-1", IPv4Network(CIDRS[0]), zones, nat_per_zone=True).nat_keys == (
        "az2",
        "az4",
    )
    assert network_plan("us-east-1", IPv4Network(CIDRS[0]), zones, nat_per_zone=False).nat_keys == ("az2",)
